/// A queued job as it is kept: all that its lane does not say. Small, because there may be a million.
struct JobRow: Sendable, Comparable {
    var queuedAt: Duration
    /// Counts the jobs as they came, for those of the same time.
    var sequence: UInt32
    var job: Int32
    /// Index of its workload in the ``DurationModel``.
    var workload: Int32

    static func < (left: Self, right: Self) -> Bool {
        left.queuedAt != right.queuedAt ? left.queuedAt < right.queuedAt : left.sequence < right.sequence
    }
}
