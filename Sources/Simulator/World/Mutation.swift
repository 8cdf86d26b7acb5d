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
    /// A dispatcher that takes over does not know why its predecessor has ended an attempt.
    case forgetsStops
    /// A job that is gone is made again when it is looked for.
    case remakesWhatIsGone
    /// The end of a task is written over another end.
    case overwritesEnds
    /// No attempt counts against the limit.
    case forgivesEverything
    /// That a pod is gone is not told.
    case losesPodEnds
    /// The object store is not asked for the video.
    case neverLooksForFiles
    /// A node's capacity is counted twice.
    case countsNodesTwice
}
