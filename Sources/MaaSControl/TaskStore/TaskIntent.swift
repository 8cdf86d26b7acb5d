package import MaaSCore

/// What is to be written of a task before the job of its next attempt is made.
package struct TaskIntent: Sendable, Hashable {
    package var task: TaskID
    /// The attempt that is to be made.
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
