package import MaaSCore

/// The end to be written to an attempt's row.
package enum Verdict: Sendable, Hashable {
    case ended(TaskOutcome)
    /// Not the task's fault: it waits for its next attempt. A forgiven attempt does not count against the limit.
    case requeued(TaskFailure, notBefore: Timestamp, isForgiven: Bool)
}
