/// Work on an attempt that the shell carries out; each comes back as an ``AttemptOutcome``.
package enum AttemptStep: Sendable, Hashable {
    /// Creates the job, or finds it there already under its name.
    case submit
    /// Asks the row whether this attempt, which came upon us from the cluster, is really over.
    case confirm
    /// Finds out whether the job is there, without creating it: it is no longer wanted.
    case lookUp
    /// Notes in the row that there was a job, and why it is ended: whoever leads next would make it again once it is
    /// deleted, or take it for lost.
    case record(uid: String, stop: StopReason?)
    /// Deletes the job and its pods; done when the cluster has taken the order.
    case delete(uid: String)
    /// Looks for the attempt's last word, and for the file itself when there is none.
    case settle
    /// Writes the end to the row and tells the users.
    case write(Verdict)
    /// Gives the GPUs back to the scheduler.
    case release
    /// All is done: forgets the attempt.
    case forget
}
