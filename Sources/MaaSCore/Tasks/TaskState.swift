/// The state of a task. The only place that defines the allowed transitions.
package enum TaskState: String, Sendable, Codable, CaseIterable {
    case queued = "QUEUED"
    case running = "RUNNING"
    case completed = "COMPLETED"
    case failed = "FAILED"
    case cancelled = "CANCELLED"

    /// Whether no transition leaves this state.
    package var isTerminal: Bool {
        switch self {
        case .queued, .running: false
        case .completed, .failed, .cancelled: true
        }
    }

    /// Whether a task may move from this state to `next`.
    ///
    /// `running → queued` follows an infrastructure failure: the task waits for its next attempt.
    package func canMove(to next: TaskState) -> Bool {
        switch (self, next) {
        case (.queued, .running), (.queued, .cancelled): true
        case (.running, .completed), (.running, .failed), (.running, .cancelled), (.running, .queued): true
        default: false
        }
    }
}
