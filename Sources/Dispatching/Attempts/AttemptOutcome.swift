package import MaaSCore

/// What came of an ``AttemptStep``.
package enum AttemptOutcome: Sendable, Hashable {
    /// The job is there, with this uid.
    case found(uid: String)
    /// There is no such job.
    case notFound
    /// The cluster will never take this job: the template's fault, or the parameters'.
    case refused(TaskFailure)
    /// A quota of the cluster is used up: capacity, and nobody's fault.
    case noQuota
    /// The order to delete was taken, or there was nothing to delete.
    case deleted
    /// The row is at its end already: the last word was heard.
    case ended
    /// The row says that the attempt runs: it is to be adopted.
    case alive
    /// There is no such row, or it is no longer ours to say: hands off.
    case foreign
    /// The file is there, though the last word never came.
    case delivered(TaskResult)
    /// Neither a last word nor a file.
    case nothingDelivered
    /// The row was written, or had moved on without us.
    case written
    /// It did not work for now: the same again later.
    case postponed
    /// The same, and whoever was asked wants to be left alone for so long (`Retry-After`).
    case busy(Duration)

    /// Whether the step is to be tried again.
    package var isPostponed: Bool {
        switch self {
        case .postponed, .busy: true
        default: false
        }
    }
}
