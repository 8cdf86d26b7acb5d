package import MaaSCore

/// The state of a task's row.
package enum RowFact: Sendable {
    case queued(QueuedTask)
    case running(RunningTask)
    /// It has ended.
    case over(TaskID)
}
