/// A deliberate fault in the simulated shell, to check that the simulation finds it.
enum Mutation: String, Sendable, CaseIterable {
    /// Writes to rows are not fenced by the epoch.
    case unfencedWrites
    /// GPUs count as free when a job is over, although its pods still live.
    case releasesAtJobEnd
    /// A pod that is being deleted counts as ended.
    case terminatingIsEnded
    /// The job's name contains the epoch instead of the attempt: a successor creates the job again.
    case namesJobsByEpoch
    /// A creation that timed out is taken for a rejection.
    case takesTimeoutsForRefusals
    /// Rows are never compared with the queue: a lost bell stays lost.
    case neverSweeps
    /// The job is created before the intent is committed.
    case postsBeforeIntent
    /// A leftover job is ended without asking its row.
    case endsLeftoversUnasked
    /// A dispatcher that takes over ignores the running rows.
    case forgetsRunningRows
    /// A dispatcher that takes over does not know why its predecessor was stopping an attempt.
    case forgetsStops
    /// A job that is gone is created again when it is looked up.
    case remakesWhatIsGone
    /// The end of a task overwrites another end.
    case overwritesEnds
    /// No attempt counts against the limit.
    case forgivesEverything
    /// The end of a pod is not passed on.
    case losesPodEnds
    /// The object store is not checked for the video.
    case neverLooksForFiles
    /// A node's capacity is counted twice.
    case countsNodesTwice
}
