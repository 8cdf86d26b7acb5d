package import MaaSCore

/// The state of a task's row.
package enum RowFact: Sendable {
    case queued(QueuedTask)
    case running(RunningTask)
    /// It is running, and ``DispatchCore/isKnown(_:)``.
    /// - Parameter expectedEnd: according to its reports; nil before the first.
    case runningStill(AttemptID, isCancelRequested: Bool, expectedEnd: Timestamp?)
    /// It has ended.
    case over(TaskID)
}
