/// How a task ends.
package enum TaskOutcome: Sendable, Hashable {
    case completed(TaskResult)
    case failed(TaskFailure)
    case cancelled

    /// The state it ends in.
    package var state: TaskState {
        switch self {
        case .completed: .completed
        case .failed: .failed
        case .cancelled: .cancelled
        }
    }

    /// The video, when it delivered one.
    package var result: TaskResult? { if case .completed(let result) = self { result } else { nil } }
    /// Why it failed, when it did.
    package var failure: TaskFailure? { if case .failed(let failure) = self { failure } else { nil } }
}
