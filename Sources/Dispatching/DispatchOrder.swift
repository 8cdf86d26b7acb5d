package import MaaSCore

/// A request of the core to the shell.
package enum DispatchOrder: Sendable {
    /// Commits the intent to run this task: its row becomes RUNNING with the attempt's number.
    case begin(QueuedTask)
    /// Carries out a step of the attempt whose job is named `jobName`, whether or not it exists yet.
    case step(AttemptID, jobName: String, AttemptStep)
    /// Tells the users what Kubernetes does before the reporter starts.
    case tell(AttemptID, TaskStage)
    /// Writes the nodes of the attempt's pods to the row, best effort: nothing depends on it.
    case recordNodes(AttemptID, nodes: [String])
    /// Writes to the row that the attempt's pods are gone, and tries until that succeeds or the term ends. Until then a
    /// cancellation is not confirmed to its user; without it the next leader charges the attempt as far as the end of
    /// its row.
    case recordRelease(AttemptID)
}
