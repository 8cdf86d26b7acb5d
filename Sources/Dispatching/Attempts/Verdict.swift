package import MaaSCore

/// What is to be written to an attempt's row.
package enum Verdict: Sendable, Hashable {
    case ended(TaskOutcome)
    /// Not the task's fault: it waits for its next attempt. One that is forgiven does not count against the limit.
    case requeued(TaskFailure, notBefore: Timestamp, isForgiven: Bool)
}
