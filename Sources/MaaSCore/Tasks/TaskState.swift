/// Where a task stands. The only place that knows which moves are allowed.
package enum TaskState: String, Sendable, Codable, CaseIterable {
    case queued = "QUEUED"
    case running = "RUNNING"
    case completed = "COMPLETED"
    case failed = "FAILED"
    case cancelled = "CANCELLED"

    /// Whether nothing follows this state.
    package var isTerminal: Bool {
        switch self {
        case .queued, .running: false
        case .completed, .failed, .cancelled: true
        }
    }

    /// Whether a task may move from this state to `next`.
    ///
    /// `running → queued` is an infrastructure failure: the next attempt waits its turn.
    package func canMove(to next: TaskState) -> Bool {
        switch (self, next) {
        case (.queued, .running), (.queued, .cancelled): true
        case (.running, .completed), (.running, .failed), (.running, .cancelled), (.running, .queued): true
        default: false
        }
    }
}
