internal import Dispatching
internal import MaaSCore
internal import Scheduling

extension MaaSConfiguration {
    /// The core's configuration.
    var dispatchPolicy: DispatchPolicy {
        let section = self.dispatcher
        return DispatchPolicy(
            attempts: AttemptPolicy(
                retries: RetryPolicy(
                    attempts: section.infrastructureAttempts,
                    delay: section.retryDelay,
                    delayLimit: section.retryDelayLimit
                ),
                deadlineSlack: section.deadlineSlack,
                startPatience: section.startPatience
            ),
            scheduling: self.scheduling.policy
        )
    }
}

extension MaaSConfiguration.Scheduling {
    fileprivate var policy: SchedulingPolicy {
        SchedulingPolicy(
            classes: self.classes.names.count,
            aging: Aging(interval: self.agingInterval, limit: self.agingLimit),
            backfill: Backfill(isEnabled: self.backfill),
            preemption: self.preemption.isEnabled
                ? PreemptionPolicy(
                    minimumRunTime: self.preemption.minimumRunTime,
                    patience: self.preemption.patience
                ) : nil,
            defaultUser: self.userPolicy(UserLimits()),
            templateLimits: self.templates.mapValues { RunningLimit(tasks: $0.tasks, gpus: $0.gpus) },
            capacity: CapacityLimit(
                gpus: self.capacity.gpus,
                gpusPerNode: self.capacity.gpusPerNode,
                gpusOfNode: self.capacity.nodes
            )
        )
    }

    /// A user's policy: the limits set for them, and the configured defaults for the rest.
    func userPolicy(_ limits: UserLimits) -> UserPolicy {
        UserPolicy(
            weight: limits.weight,
            limit: RunningLimit(
                tasks: limits.maximumRunningTasks ?? self.userTasks,
                gpus: limits.maximumRunningGPUs ?? self.userGPUs
            )
        )
    }

    /// The scheduler's name for what is paused; nil for a class that is not configured.
    func paused(_ pause: Pause) -> PauseTarget? {
        switch pause.scope {
        case .all: .everything
        case .priority: self.classes[pause.target].map { .priorityClass($0.rank) }
        case .template: .template(pause.target)
        case .user: .user(pause.target)
        case .node: .node(pause.target)
        }
    }
}
