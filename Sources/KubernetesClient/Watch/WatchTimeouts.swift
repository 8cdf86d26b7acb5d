/// How long one watch lasts, and when it counts as dead.
package struct WatchTimeouts: Sendable {
    /// The requested duration, in seconds; randomized within this range so that watches do not all end together.
    package var length: ClosedRange<Int>
    /// How much longer a watch may take to end.
    package var grace: Duration
    /// Without a single byte: three times the interval of bookmarks, one minute.
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
