/// A queued job as it is kept: all that its lane does not say. Small, because there may be a million.
struct JobRow<ID: Hashable & Comparable & Sendable>: Sendable, Comparable {
    var id: ID
    var queuedAt: Duration
    /// Index of its workload in the ``DurationModel``.
    var workload: Int32

    static func < (left: Self, right: Self) -> Bool { (left.queuedAt, left.id) < (right.queuedAt, right.id) }
    static func == (left: Self, right: Self) -> Bool { left.queuedAt == right.queuedAt && left.id == right.id }
}
