internal import Scheduling

/// What a task's job will ask for, known before it is rendered for real.
struct JobPlan: Sendable, Hashable {
    /// The job's name, which only this attempt has.
    var jobName: String
    var demand: Demand
    var expectedDuration: Duration
    /// How long the job may run.
    var timeLimit: Duration
}
