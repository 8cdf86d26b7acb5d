/// A user in a class: what the lanes of both have in common.
struct Line: Sendable {
    /// Added to what the user has consumed, it gives the virtual time in this class: who comes back after a pause
    /// starts level with the others.
    var offset = 0.0
    /// Since when its oldest job is the next of the user in this class: ageing counts from here.
    var since: Duration = .zero
    /// When a job of it started last.
    var served: Duration?
    /// By how many classes it rose.
    var level = 0
    /// The lane that rose: the one with the oldest job.
    var risenLane: Int?
    var contendingLanes = 0
    /// Whether a time is noted at which it rises.
    var hasTimer = false
}
