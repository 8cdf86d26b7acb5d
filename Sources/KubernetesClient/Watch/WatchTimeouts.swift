/// How long one watch lasts, and when it counts as dead.
package struct WatchTimeouts: Sendable {
    /// What the server is asked for, in seconds; somewhere in between, so that not all watches end together.
    package var length: ClosedRange<Int>
    /// How much later than that it may end.
    package var grace: Duration
    /// Without a single byte: three times the minute after which a bookmark should come.
    package var silence: Duration

    package init(
        length: ClosedRange<Int> = 300...600,
        grace: Duration = .seconds(30),
        silence: Duration = .seconds(180)
    ) {
        self.length = length
        self.grace = grace
        self.silence = silence
    }
}
