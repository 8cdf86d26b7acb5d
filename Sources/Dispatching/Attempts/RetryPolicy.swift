internal import MaaSCore

/// How often a task is tried again when it was not its fault, and after which rest.
package struct RetryPolicy: Sendable, Hashable {
    /// Attempts in all.
    package var attempts: Int
    /// Before the second attempt; it doubles with each.
    package var delay: Duration
    package var delayLimit: Duration

    package init(attempts: Int, delay: Duration, delayLimit: Duration) {
        self.attempts = attempts
        self.delay = delay
        self.delayLimit = delayLimit
    }

    /// What follows when attempt `number`, of those that count, failed.
    func verdict(on failure: TaskFailure, attempt number: Int, now: Timestamp) -> Verdict {
        guard failure.isRetryable, number < self.attempts else { return .ended(.failed(failure)) }
        let delay = min(self.delayLimit, self.delay * (1 << min(max(number - 1, 0), 20)))
        return .requeued(failure, notBefore: now + delay, isForgiven: false)
    }
}
