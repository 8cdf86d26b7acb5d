internal import MaaSCore

/// Timeouts and retries of attempts.
package struct AttemptPolicy: Sendable, Hashable {
    package var retries: RetryPolicy
    /// From a template's time limit until the job is ended.
    package var deadlineSlack: Duration
    /// How long a job may take to show all its pods, and a stuck pod to recover.
    package var startPatience: Duration
    /// How long a job may take to end by itself after its row has ended: the final report precedes the exit.
    package var lingerPatience = Duration.seconds(30)
    /// How long the pods of a failed job may take to show why they failed.
    package var explanationPatience = Duration.seconds(10)
    /// How long a job that is over may take to show its pods.
    package var podPatience = Duration.seconds(60)
    /// How long the pods of an attempt that is stopped may take to go, before its task no longer waits for them: longer
    /// than any grace period.
    package var endingPatience = Duration.seconds(600)
    /// How long nothing is started after a quota of the cluster was found used up.
    package var quotaBackoff = Duration.seconds(15)

    /// How long a refused task waits. Doubles each time, since each refusal holds up all others, and a task larger than
    /// the quota is always refused.
    /// - Parameter forgiven: the number of its attempts that did not count, as refused ones do not.
    func quotaDelay(forgiven: Int) -> Duration {
        self.quotaBackoff.doubled(forgiven, atMost: self.quotaBackoff * 16)
    }

    package init(
        retries: RetryPolicy = RetryPolicy(attempts: 3, delay: .seconds(5), delayLimit: .seconds(120)),
        deadlineSlack: Duration = .seconds(60),
        startPatience: Duration = .seconds(600)
    ) {
        self.retries = retries
        self.deadlineSlack = deadlineSlack
        self.startPatience = startPatience
    }
}
