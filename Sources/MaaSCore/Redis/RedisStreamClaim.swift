/// What `XAUTOCLAIM` took over from consumers that went silent.
package struct RedisStreamClaim: Sendable {
    /// Where the next call goes on; ``RedisStreamID/zero`` once the whole pending list was seen.
    package let next: RedisStreamID
    package let entries: [RedisStreamEntry]

    package init(next: RedisStreamID, entries: [RedisStreamEntry]) {
        self.next = next
        self.entries = entries
    }
}
