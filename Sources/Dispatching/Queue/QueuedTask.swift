package import MaaSCore
internal import Scheduling

/// A task that waits for its next attempt, with all that is needed to start it.
package struct QueuedTask: Sendable {
    /// The attempt that is to be made.
    package let attempt: AttemptID
    package let priority: TaskPriority
    package let queuedAt: Timestamp
    package let notBefore: Timestamp?
    package let plan: JobPlan

    package init(
        attempt: AttemptID,
        priority: TaskPriority,
        queuedAt: Timestamp,
        notBefore: Timestamp?,
        plan: JobPlan
    ) {
        self.attempt = attempt
        self.priority = priority
        self.queuedAt = queuedAt
        self.notBefore = notBefore
        self.plan = plan
    }

    var schedulerJob: QueuedJob<AttemptID> {
        QueuedJob(
            id: self.attempt,
            user: "",
            priority: self.priority.rank,
            queuedAt: self.queuedAt.sinceEpoch,
            workload: Workload(template: ""),
            demand: self.plan.demand,
            notBefore: self.notBefore?.sinceEpoch,
            expectedDuration: self.plan.expectedDuration
        )
    }
}

extension Timestamp {
    /// The scheduler's idea of time.
    var sinceEpoch: Duration { .milliseconds(self.milliseconds) }
}
