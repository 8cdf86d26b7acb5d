package import MaaSCore

/// How a task ends.
package enum TaskOutcome: Sendable, Hashable {
    case completed(TaskResult)
    case failed(TaskFailure)
    case cancelled

    package var state: TaskState {
        switch self {
        case .completed: .completed
        case .failed: .failed
        case .cancelled: .cancelled
        }
    }

    var result: TaskResult? { if case .completed(let result) = self { result } else { nil } }
    var failure: TaskFailure? { if case .failed(let failure) = self { failure } else { nil } }
}
