package import MaaSCore

/// The intent to run an attempt, committed before its job is created.
package struct TaskIntent: Sendable, Hashable {
    package var task: TaskID
    /// The attempt to run.
    package var attempt: Int
    package var jobName: String
    package var gpus: Int

    package init(task: TaskID, attempt: Int, jobName: String, gpus: Int) {
        self.task = task
        self.attempt = attempt
        self.jobName = jobName
        self.gpus = gpus
    }
}
