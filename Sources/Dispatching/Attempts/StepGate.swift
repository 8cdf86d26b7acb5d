internal import MaaSCore

/// Allows one step at a time, and delays the retry of a failed one.
struct StepGate: Sendable {
    private var inFlight: AttemptStep?
    private var failures = 0
    /// When the failed step may be retried.
    private(set) var opensAt: Timestamp?

    private static let firstDelay = Duration.milliseconds(400)
    private static let longestDelay = Duration.seconds(10)
    /// The cap on a server's `Retry-After`; the API server asks for up to 32 s.
    private static let retryAfterLimit = Duration.seconds(60)

    func isOpen(at now: Timestamp) -> Bool { self.inFlight == nil && self.opensAt.map { now >= $0 } ?? true }

    mutating func enter(_ step: AttemptStep) {
        self.inFlight = step
        self.opensAt = nil
    }

    /// Records the outcome of `step`; false when it is not the one in flight.
    mutating func leave(_ step: AttemptStep, _ outcome: StepOutcome, now: Timestamp) -> Bool {
        guard self.inFlight == step else { return false }
        self.inFlight = nil
        guard outcome.isPostponed else {
            self.failures = 0
            return true
        }
        let delay = Self.firstDelay.doubled(self.failures, atMost: Self.longestDelay)
        let requested = if case .busy(let time) = outcome { min(Self.retryAfterLimit, time) } else { Duration.zero }
        self.opensAt = now + max(delay, requested)
        self.failures += 1
        return true
    }
}
