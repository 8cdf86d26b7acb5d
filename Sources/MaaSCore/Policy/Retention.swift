/// How long the data of tasks is kept after their end. Pure.
package struct Retention: Sendable, Hashable {
    /// The files of a completed task: its video and input picture.
    package var completed = Duration.hours(30 * 24)
    /// The files of a failed or cancelled task.
    package var failed = Duration.hours(7 * 24)
    /// Overrides of ``completed``, by template.
    package var templates: [String: Duration] = [:]
    /// The task itself, after which no trace of it is left.
    package var record = Duration.hours(365 * 24)

    package init() {}

    /// How long the files of a task are kept; nil while it is not over.
    package func lifetime(ofFilesOf state: TaskState, template: String) -> Duration? {
        switch state {
        case .queued, .running: nil
        case .completed: self.templates[template] ?? self.completed
        case .failed, .cancelled: self.failed
        }
    }
}
