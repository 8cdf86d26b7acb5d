/// Work on an attempt that the shell carries out and answers with a ``StepOutcome``.
package enum AttemptStep: Sendable, Hashable {
    /// Creates the job, or finds the existing one of its name.
    case submit
    /// Asks the row whether this attempt, seen in the cluster, is really over.
    case confirm
    /// Looks for the job without creating it, when it is no longer wanted.
    case lookUp
    /// Writes to the row that there was a job, and why it is being stopped: otherwise a successor would create it again
    /// after its deletion, or take it for lost.
    case record(uid: String, stop: StopReason?)
    /// Deletes the job and its pods; done when the cluster has accepted the request.
    case delete(uid: String)
    /// Looks for the attempt's final report, and without one for the file itself.
    case findResult
    /// Writes the end to the row and tells the users.
    case write(Verdict)
    /// Gives the GPUs back to the scheduler.
    case release
    /// Forgets the finished attempt.
    case forget
}
