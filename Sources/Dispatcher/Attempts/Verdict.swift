internal import MaaSControl
internal import MaaSCore

/// What is to be written to an attempt's row.
enum Verdict: Sendable, Hashable {
    case ended(TaskOutcome)
    /// Not the task's fault: it waits for its next attempt.
    case requeued(TaskFailure, notBefore: Timestamp)
}
