/// The reply of `XAUTOCLAIM`: entries claimed from silent consumers.
package struct RedisStreamClaim: Sendable {
    /// The cursor for the next call; ``RedisStreamID/zero`` when the pending list is exhausted.
    package let next: RedisStreamID
    package let entries: [RedisStreamEntry]
    /// Pending entries that were no longer in the stream and are lost; they are not pending any more. Always 0 before
    /// Redis 7, which does not report them.
    package let lostCount: Int

    package init(next: RedisStreamID, entries: [RedisStreamEntry], lostCount: Int) {
        self.next = next
        self.entries = entries
        self.lostCount = lostCount
    }
}
