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

    /// Whether it says more than `other`, or something newer. Events of a task may come from several replicas and in
    /// any order, but within an attempt the percent never falls.
    package func supersedes(_ other: ProgressReport) -> Bool {
        (self.attempt, self.progress.percent) >= (other.attempt, other.progress.percent)
    }
}
