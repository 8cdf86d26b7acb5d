/// One entry of a stream.
package struct RedisStreamEntry: Sendable, Hashable {
    package let id: RedisStreamID
    package let fields: [String: String]

    package init(id: RedisStreamID, fields: [String: String]) {
        self.id = id
        self.fields = fields
    }

    /// Reads `[id, [name, value, …]]`. An entry trimmed while it was pending has no fields.
    init?(_ value: RedisValue) {
        guard let parts = value.array, parts.count == 2, let id = parts[0].string.flatMap(RedisStreamID.init) else {
            return nil
        }
        if parts[1].isNull {
            self.init(id: id, fields: [:])
        } else {
            guard let fields = parts[1].fields else { return nil }
            self.init(id: id, fields: fields)
        }
    }
}
