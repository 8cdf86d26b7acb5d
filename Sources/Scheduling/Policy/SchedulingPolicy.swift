/// The scheduler's configuration. The defaults are those of `services.yaml`.
package struct SchedulingPolicy: Sendable, Hashable {
    /// The number of priority classes. Ranks run from 0, the most urgent, to one less; others are clamped.
    package var classes: Int
    package var aging: Aging
    package var backfill: Backfill
    /// Nil: nothing is preempted.
    package var preemption: PreemptionPolicy?
    /// For users without a policy of their own.
    package var defaultUser: UserPolicy
    /// How much of each template may run at once; templates not named are unlimited.
    package var templateLimits: [String: RunningLimit]
    /// Configured limits of what the nodes offer.
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
