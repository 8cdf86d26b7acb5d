package import MaaSCore

/// What a task's row says.
package enum RowFact: Sendable {
    case queued(QueuedTask)
    case running(RunningTask)
    /// It has ended.
    case over(TaskID)
}
