/// Decides which failures of a series get a log line: the first one, one unlike the last, and one per minute.
///
/// What is retried every few seconds by several clients would otherwise bury everything else during an outage.
package struct FailureSeries: Sendable {
    /// The failures since the last success.
    package private(set) var count = 0
    private var text: String?
    private var nextLine: ContinuousClock.Instant?

    package static let interval = Duration.seconds(60)

    package init() {}

    /// Counts a failure; returns whether to log it.
    package mutating func record(_ failure: String, at now: ContinuousClock.Instant = .now) -> Bool {
        self.count += 1
        if failure == self.text, let nextLine = self.nextLine, now < nextLine { return false }
        self.text = failure
        self.nextLine = now + Self.interval
        return true
    }

    /// Ends the series after a success.
    package mutating func reset() { self = Self() }
}
