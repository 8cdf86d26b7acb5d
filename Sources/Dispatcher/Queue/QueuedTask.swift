internal import MaaSCore
internal import Scheduling

/// A task that waits for its next attempt, with all that is needed to start it.
struct QueuedTask: Sendable {
    /// The attempt that is to be made.
    let attempt: AttemptID
    let priority: TaskPriority
    let queuedAt: Timestamp
    let notBefore: Timestamp?
    let plan: JobPlan

    var schedulerJob: QueuedJob<AttemptID> {
        QueuedJob(
            id: self.attempt,
            priority: self.priority.rank,
            queuedAt: self.queuedAt.sinceEpoch,
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
