/// What `XINFO STREAM` says of a stream, as far as a reader needs it to prove that it missed nothing.
package struct RedisStreamInfo: Sendable, Hashable {
    package let length: Int
    package let lastGeneratedID: RedisStreamID
    /// nil when the stream is empty.
    package let firstID: RedisStreamID?

    /// Whether entries were ever taken out. Redis before 7 does not tell: then true.
    package let isTrimmed: Bool

    package init(length: Int, lastGeneratedID: RedisStreamID, firstID: RedisStreamID?, isTrimmed: Bool) {
        self.length = length
        self.lastGeneratedID = lastGeneratedID
        self.firstID = firstID
        self.isTrimmed = isTrimmed
    }
}
