/// How the scheduler decides. The defaults are those of `services.yaml`.
package struct SchedulingPolicy: Sendable, Hashable {
    /// Number of priority classes. Ranks go from 0, the most urgent, to one less; others are taken as the nearest.
    package var classes: Int
    package var aging: Aging
    package var backfill: Backfill
    /// Nil: nothing is preempted.
    package var preemption: PreemptionPolicy?
    /// For users of whom nothing else was said.
    package var defaultUser: UserPolicy
    /// What may run of each template at once; none named here is limited.
    package var templateLimits: [String: RunningLimit]
    /// Capacity set by hand, over what the nodes offer.
    package var capacity: CapacityLimit

    package init(
        classes: Int = 3,
        aging: Aging = Aging(),
        backfill: Backfill = Backfill(),
        preemption: PreemptionPolicy? = nil,
        defaultUser: UserPolicy = UserPolicy(),
        templateLimits: [String: RunningLimit] = [:],
        capacity: CapacityLimit = CapacityLimit()
    ) {
        self.classes = max(1, classes)
        self.aging = aging
        self.backfill = backfill
        self.preemption = preemption
        self.defaultUser = defaultUser
        self.templateLimits = templateLimits
        self.capacity = capacity
    }
}
