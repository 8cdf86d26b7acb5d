/// A job that waits for GPUs.
///
/// Times are durations since an arbitrary origin shared by all inputs: the scheduler has no clock.
package struct QueuedJob<ID: Hashable & Sendable>: Sendable {
    package var id: ID
    package var user: String
    /// The rank of its class: smaller is more urgent.
    package var priority: Int
    package var queuedAt: Duration
    package var workload: Workload
    package var demand: Demand
    /// The earliest start, after a failed attempt.
    package var notBefore: Duration?
    /// The template's estimate of how long it holds its GPUs, used until durations have been learned.
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
