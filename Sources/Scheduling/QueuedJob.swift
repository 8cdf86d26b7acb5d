/// A job that waits for GPUs.
///
/// Times are durations since any one origin that all inputs share: the scheduler has no clock.
package struct QueuedJob<ID: Hashable & Comparable & Sendable>: Sendable {
    package var id: ID
    /// The class it queues in: smaller goes first.
    package var priority: Int
    package var queuedAt: Duration
    package var demand: Demand
    /// Not before this time: a failed attempt rests.
    package var notBefore: Duration?
    /// How long it is expected to hold its GPUs.
    package var expectedDuration: Duration

    package init(
        id: ID,
        priority: Int,
        queuedAt: Duration,
        demand: Demand,
        notBefore: Duration? = nil,
        expectedDuration: Duration
    ) {
        self.id = id
        self.priority = priority
        self.queuedAt = queuedAt
        self.demand = demand
        self.notBefore = notBefore
        self.expectedDuration = expectedDuration
    }

    /// The order of service: class, then time, then id so that it is total.
    static func precedes(_ left: Self, _ right: Self) -> Bool {
        (left.priority, left.queuedAt, left.id) < (right.priority, right.queuedAt, right.id)
    }
}
