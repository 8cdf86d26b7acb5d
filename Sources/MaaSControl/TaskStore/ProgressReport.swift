package import MaaSCore

/// The progress of one attempt of a task.
package struct ProgressReport: Sendable, Hashable {
    package var task: TaskID
    package var attempt: Int
    package var progress: TaskProgress

    package init(task: TaskID, attempt: Int, progress: TaskProgress) {
        self.task = task
        self.attempt = attempt
        self.progress = progress
    }
}
