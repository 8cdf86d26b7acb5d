/// A job that waits for GPUs.
///
/// Times are durations since any one origin that all inputs share: the scheduler has no clock.
package struct QueuedJob<ID: Hashable & Sendable>: Sendable {
    package var id: ID
    package var user: String
    /// The rank of its class: smaller goes first.
    package var priority: Int
    package var queuedAt: Duration
    package var workload: Workload
    package var demand: Demand
    /// Not before this time: a failed attempt rests.
    package var notBefore: Duration?
    /// How long it holds its GPUs by the template's estimate, until finished ones have taught better.
    package var expectedDuration: Duration

    package init(
        id: ID,
        user: String,
        priority: Int,
        queuedAt: Duration,
        workload: Workload,
        demand: Demand,
        notBefore: Duration? = nil,
        expectedDuration: Duration
    ) {
        self.id = id
        self.user = user
        self.priority = priority
        self.queuedAt = queuedAt
        self.workload = workload
        self.demand = demand
        self.notBefore = notBefore
        self.expectedDuration = expectedDuration
    }
}
