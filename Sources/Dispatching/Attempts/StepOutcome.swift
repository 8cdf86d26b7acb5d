package import MaaSCore

/// The outcome of an ``AttemptStep``.
package enum StepOutcome: Sendable, Hashable {
    /// The job exists, with this uid.
    case found(uid: String)
    /// There is no such job.
    case notFound
    /// The cluster rejects this job permanently: the fault of the template or its parameters.
    case refused(TaskFailure)
    /// A quota of the cluster is used up: a lack of capacity.
    case noQuota
    /// The cluster accepted the deletion.
    case deleted
    /// The row has ended already: the final report arrived.
    case ended
    /// The row is RUNNING: the attempt is to be adopted.
    case alive
    /// There is no such row: hands off.
    case foreign
    /// The file exists, although the final report never arrived.
    case delivered(TaskResult)
    /// There is neither a final report nor a file.
    case nothingDelivered
    /// The row was written, or had already moved on.
    case written
    /// A temporary failure: retry later.
    case postponed
    /// Like ``postponed``, with a minimum delay from the server (`Retry-After`).
    case busy(Duration)

    /// Whether the step is to be retried.
    package var isPostponed: Bool {
        switch self {
        case .postponed, .busy: true
        default: false
        }
    }
}
