/// A fault put into the simulated shell on purpose, to see that the simulation finds it.
enum Mutation: String, Sendable, CaseIterable {
    /// Writes to rows do not ask whether their epoch is over.
    case unfencedWrites
    /// GPUs count as free when a job is over, though its pods still live.
    case releasesAtJobEnd
    /// A pod that is being deleted counts as ended.
    case terminatingIsEnded
    /// The job's name has the epoch instead of the attempt: a successor makes the job again.
    case namesJobsByEpoch
    /// A job whose creation timed out is taken for refused.
    case takesTimeoutsForRefusals
    /// Rows are never compared with the queue: a lost bell stays lost.
    case neverSweeps
    /// The job is created before the intent is committed.
    case postsBeforeIntent
    /// A job that nobody knew is ended without asking its row.
    case endsLeftoversUnasked
    /// A dispatcher that takes over does not look at the rows that run.
    case forgetsRunningRows
}
