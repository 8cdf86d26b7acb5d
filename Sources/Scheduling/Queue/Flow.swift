/// A user in a class, as start-time fair queueing calls whom it serves: the state shared by the lanes of both.
struct Flow: Sendable {
    /// Added to the user's consumption, it gives the virtual time in this class: users who return after a pause start
    /// level with the others.
    var offset = 0.0
    /// Since when its oldest job has been the user's next in this class, from which ageing counts.
    var since: Duration = .zero
    /// When its last job started.
    var served: Duration?
    /// By how many classes it rose.
    var level = 0
    /// The lane that rose: the one with the oldest job.
    var risenLane: Int?
    var contendingLanes = 0
    /// Whether a time for its rise is scheduled.
    var hasTimer = false
}
