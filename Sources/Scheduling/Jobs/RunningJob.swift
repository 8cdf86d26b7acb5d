/// A job that holds GPUs although this scheduler did not admit it: one from before a restart, or a leftover.
package struct RunningJob<ID: Hashable & Sendable>: Sendable {
    package var id: ID
    /// Nil: nobody is charged, and it is never preempted.
    package var user: String?
    package var priority: Int
    package var workload: Workload
    package var demand: Demand
    package var startedAt: Duration
    /// How long it holds its GPUs by the template's estimate.
    package var expectedDuration: Duration
    /// Whether it was asked to make room.
    package var isPreempted: Bool

    package init(
        id: ID,
        user: String?,
        priority: Int,
        workload: Workload,
        demand: Demand,
        startedAt: Duration,
        expectedDuration: Duration,
        isPreempted: Bool = false
    ) {
        self.id = id
        self.user = user
        self.priority = priority
        self.workload = workload
        self.demand = demand
        self.startedAt = startedAt
        self.expectedDuration = expectedDuration
        self.isPreempted = isPreempted
    }
}
