/// How long what a task leaves behind is kept, after its end. Pure.
package struct Retention: Sendable, Hashable {
    /// The files of a completed task: its video, and the picture it came with.
    package var completed = Duration.hours(30 * 24)
    /// The files of one that failed or was cancelled.
    package var failed = Duration.hours(7 * 24)
    /// The files of completed tasks of single templates.
    package var templates: [String: Duration] = [:]
    /// The task itself: then it is as if it had never been.
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
