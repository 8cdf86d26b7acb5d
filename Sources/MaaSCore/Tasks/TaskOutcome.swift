/// How a task ends.
package enum TaskOutcome: Sendable, Hashable {
    case completed(TaskResult)
    case failed(TaskFailure)
    case cancelled

    /// The final state.
    package var state: TaskState {
        switch self {
        case .completed: .completed
        case .failed: .failed
        case .cancelled: .cancelled
        }
    }

    /// The result of a completed task.
    package var result: TaskResult? { if case .completed(let result) = self { result } else { nil } }
    /// The failure of a failed task.
    package var failure: TaskFailure? { if case .failed(let failure) = self { failure } else { nil } }
}
