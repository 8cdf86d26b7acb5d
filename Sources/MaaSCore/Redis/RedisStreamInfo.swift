/// What `XINFO STREAM` says of a stream, as far as a reader needs it to prove that it missed nothing.
package struct RedisStreamInfo: Sendable, Hashable {
    package let length: Int
    package let lastGeneratedID: RedisStreamID
    /// nil when the stream is empty.
    package let firstID: RedisStreamID?

    /// Entries ever added, those that were taken out since included. Redis before 7 does not tell: then nil.
    package let entriesAdded: Int?

    package init(length: Int, lastGeneratedID: RedisStreamID, firstID: RedisStreamID?, entriesAdded: Int?) {
        self.length = length
        self.lastGeneratedID = lastGeneratedID
        self.firstID = firstID
        self.entriesAdded = entriesAdded
    }

    /// Reads the reply of `XINFO STREAM`: names and values in turn.
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
