/// A job that holds GPUs although this scheduler did not admit it: from before a restart, or a leftover.
package struct RunningJob<ID: Hashable & Sendable>: Sendable {
    package var id: ID
    /// Nil for a job that nobody is charged for and that is never preempted.
    package var user: String?
    package var priority: Int
    package var workload: Workload
    package var demand: Demand
    package var startedAt: Duration
    /// The template's estimate of how long it holds its GPUs.
    package var expectedDuration: Duration
    /// Whether it is being ended to make room.
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
