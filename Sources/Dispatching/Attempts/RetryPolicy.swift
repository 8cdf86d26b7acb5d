internal import MaaSCore

/// How often, and after what delay, a task is retried after a failure that was not its fault.
package struct RetryPolicy: Sendable, Hashable {
    /// The limit of attempts, including the first.
    package var attempts: Int
    /// Before the second attempt; doubles with each further one.
    package var delay: Duration
    package var delayLimit: Duration

    package init(attempts: Int, delay: Duration, delayLimit: Duration) {
        self.attempts = attempts
        self.delay = delay
        self.delayLimit = delayLimit
    }

    /// Decides what follows the failure of attempt `number`, counting only those that count.
    func verdict(on failure: TaskFailure, attempt number: Int, now: Timestamp) -> Verdict {
        guard failure.isRetryable, number < self.attempts else { return .ended(.failed(failure)) }
        let delay = self.delay.doubled(number - 1, atMost: self.delayLimit)
        return .requeued(failure, notBefore: now + delay, isForgiven: false)
    }
}
