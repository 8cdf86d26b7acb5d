/// One entry of a stream.
package struct RedisStreamEntry: Sendable {
    package let id: RedisStreamID
    /// In the order in which they were added. Empty for an entry that was trimmed while pending.
    package let fields: RedisFields

    /// Reads `[id, [name, value, …]]`, or `[id, null]` for a trimmed entry.
    package init?(_ value: RedisValue) {
        guard let parts = value.array, parts.count == 2, let id = parts[0].string.flatMap(RedisStreamID.init) else {
            return nil
        }
        self.id = id
        if parts[1].isNull {
            self.fields = RedisFields()
        } else {
            guard let fields = parts[1].fields else { return nil }
            self.fields = fields
        }
    }
}
