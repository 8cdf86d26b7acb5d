package import MaaSCore

/// What the core asks of the shell.
package enum DispatchOrder: Sendable {
    /// Commits the intent to run this task: the row becomes RUNNING under the attempt's number.
    case begin(QueuedTask)
    /// Carries out a step of the attempt whose job is, or will be, called `jobName`.
    case step(AttemptID, jobName: String, AttemptStep)
    /// Tells the users what Kubernetes does before the reporter can speak.
    case tell(AttemptID, TaskStage)
    /// Notes in the row on which nodes the attempt's pods are. If it is lost, nothing depends on it.
    case note(AttemptID, nodes: [String])
    /// Notes in the row that the attempt's pods are gone. If it is lost, its user is not told, and nothing else depends
    /// on it.
    case noteRelease(AttemptID)
}
