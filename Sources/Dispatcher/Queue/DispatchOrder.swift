/// What the core asks of the shell.
enum DispatchOrder: Sendable {
    /// Commits the intent to run this task: the row becomes RUNNING under the attempt's number.
    case begin(QueuedTask)
    case step(AttemptID, AttemptStep)
}
