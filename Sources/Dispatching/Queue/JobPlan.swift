package import Scheduling

/// What a task's job will request, known before it is rendered.
package struct JobPlan: Sendable, Hashable {
    /// The job's name, unique to this attempt.
    package var jobName: String
    /// The key under which durations are learned.
    package var workload: Workload
    package var demand: Demand
    package var expectedDuration: Duration
    /// How long the job may run.
    package var timeLimit: Duration

    package init(
        jobName: String,
        workload: Workload,
        demand: Demand,
        expectedDuration: Duration,
        timeLimit: Duration
    ) {
        self.jobName = jobName
        self.workload = workload
        self.demand = demand
        self.expectedDuration = expectedDuration
        self.timeLimit = timeLimit
    }
}
