package import MaaSCore
internal import Scheduling

/// A task whose row is RUNNING.
package struct RunningTask: Sendable {
    package let attempt: AttemptID
    /// How many of its attempts do not count against the limit.
    package let forgiven: Int
    package let user: String
    package let priority: TaskPriority
    package let startedAt: Timestamp
    package let jobUID: String?
    package let isCancelRequested: Bool
    /// Why a dispatcher was stopping it.
    package let stop: StopReason?
    /// When it should end according to its reports; nil before the first.
    package let expectedEnd: Timestamp?
    package let plan: JobPlan

    package init(
        attempt: AttemptID,
        forgiven: Int = 0,
        user: String,
        priority: TaskPriority,
        startedAt: Timestamp,
        jobUID: String?,
        isCancelRequested: Bool = false,
        stop: StopReason? = nil,
        expectedEnd: Timestamp? = nil,
        plan: JobPlan
    ) {
        self.attempt = attempt
        self.forgiven = forgiven
        self.user = user
        self.priority = priority
        self.startedAt = startedAt
        self.jobUID = jobUID
        self.isCancelRequested = isCancelRequested
        self.stop = stop
        self.expectedEnd = expectedEnd
        self.plan = plan
    }

    var schedulerJob: RunningJob<AttemptID> {
        RunningJob(
            id: self.attempt,
            user: self.user,
            priority: self.priority.rank,
            workload: self.plan.workload,
            demand: self.plan.demand,
            startedAt: self.startedAt.sinceEpoch,
            expectedDuration: self.plan.expectedDuration,
            isPreempted: self.stop == .preempted
        )
    }
}
