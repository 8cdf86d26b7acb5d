/// What `XAUTOCLAIM` took over from consumers that went silent.
package struct RedisStreamClaim: Sendable {
    /// Where the next call goes on; ``RedisStreamID/zero`` once the whole pending list was seen.
    package let next: RedisStreamID
    package let entries: [RedisStreamEntry]
    /// Entries that were pending and are in the stream no more: nobody will ever read them, and they are not pending any
    /// more. Redis before 7 does not tell of them.
    package let lostCount: Int

    package init(next: RedisStreamID, entries: [RedisStreamEntry], lostCount: Int) {
        self.next = next
        self.entries = entries
        self.lostCount = lostCount
    }
}
