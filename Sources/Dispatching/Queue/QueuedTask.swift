package import MaaSCore
internal import Scheduling

/// A queued task, with all that is needed to start it.
package struct QueuedTask: Sendable {
    /// The attempt to be made.
    package let attempt: AttemptID
    /// How many of its attempts do not count against the limit.
    package let forgiven: Int
    package let user: String
    package let priority: TaskPriority
    package let queuedAt: Timestamp
    package let notBefore: Timestamp?
    package let plan: JobPlan

    package init(
        attempt: AttemptID,
        forgiven: Int = 0,
        user: String,
        priority: TaskPriority,
        queuedAt: Timestamp,
        notBefore: Timestamp? = nil,
        plan: JobPlan
    ) {
        self.attempt = attempt
        self.forgiven = forgiven
        self.user = user
        self.priority = priority
        self.queuedAt = queuedAt
        self.notBefore = notBefore
        self.plan = plan
    }

    var schedulerJob: QueuedJob<AttemptID> {
        QueuedJob(
            id: self.attempt,
            user: self.user,
            priority: self.priority.rank,
            queuedAt: self.queuedAt.sinceEpoch,
            workload: self.plan.workload,
            demand: self.plan.demand,
            notBefore: self.notBefore?.sinceEpoch,
            expectedDuration: self.plan.expectedDuration
        )
    }
}
