package import Scheduling

/// What a task's job will ask for, known before it is rendered for real.
package struct JobPlan: Sendable, Hashable {
    /// The job's name, which only this attempt has.
    package var jobName: String
    /// What its duration is learned by.
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
