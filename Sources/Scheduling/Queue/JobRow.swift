/// A queued job as stored in its lane. Small, because there may be a million.
struct JobRow: Sendable, Comparable {
    var queuedAt: Duration
    /// The order of arrival, as a tie-breaker.
    var sequence: UInt32
    var job: Int32
    /// Index of its workload in the ``DurationModel``.
    var workload: Int32

    static func < (left: Self, right: Self) -> Bool {
        left.queuedAt != right.queuedAt ? left.queuedAt < right.queuedAt : left.sequence < right.sequence
    }
}
