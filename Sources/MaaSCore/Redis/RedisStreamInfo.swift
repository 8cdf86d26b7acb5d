/// What `XINFO STREAM` says of a stream, as far as a reader needs it to prove that it missed nothing.
package struct RedisStreamInfo: Sendable, Hashable {
    package let length: Int
    package let lastGeneratedID: RedisStreamID
    /// nil when the stream is empty.
    package let firstID: RedisStreamID?

    package init(length: Int, lastGeneratedID: RedisStreamID, firstID: RedisStreamID?) {
        self.length = length
        self.lastGeneratedID = lastGeneratedID
        self.firstID = firstID
    }
}
