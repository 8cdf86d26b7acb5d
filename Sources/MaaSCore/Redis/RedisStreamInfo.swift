/// The part of `XINFO STREAM` that a reader needs to prove that it missed nothing.
package struct RedisStreamInfo: Sendable, Hashable {
    package let length: Int
    package let lastGeneratedID: RedisStreamID
    /// nil when the stream is empty.
    package let firstID: RedisStreamID?

    /// The number of entries ever added, including deleted ones; nil before Redis 7, which does not report it.
    package let entriesAdded: Int?

    package init(length: Int, lastGeneratedID: RedisStreamID, firstID: RedisStreamID?, entriesAdded: Int?) {
        self.length = length
        self.lastGeneratedID = lastGeneratedID
        self.firstID = firstID
        self.entriesAdded = entriesAdded
    }

    /// Decodes the reply of `XINFO STREAM`: alternating names and values.
    package init?(_ reply: RedisValue) {
        guard let elements = reply.array else { return nil }
        var members: [String: RedisValue] = [:]
        for index in stride(from: 0, to: elements.count - 1, by: 2) {
            if let name = elements[index].string { members[name] = elements[index + 1] }
        }
        guard let length = members["length"]?.integer,
            let last = members["last-generated-id"]?.string.flatMap(RedisStreamID.init)
        else { return nil }
        self.init(
            length: Int(length),
            lastGeneratedID: last,
            firstID: members["first-entry"].flatMap(RedisStreamEntry.init)?.id,
            entriesAdded: members["entries-added"]?.integer.map { Int($0) }
        )
    }
}
