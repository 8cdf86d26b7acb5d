package import MaaSCore

/// Why an attempt is stopped.
package enum StopReason: Sendable, Hashable {
    /// Its user cancelled it.
    case cancelled
    /// It exceeded its time limit.
    case expired
    /// A more urgent task takes its place.
    case preempted
    /// It does not get to run.
    case stuck(TaskFailure)

    /// The inverse of ``failure``, for a row's stop reason.
    package init(_ failure: TaskFailure) {
        self =
            switch failure.code {
            case TaskFailure.deadlineExceeded.code: .expired
            case TaskFailure.preempted.code: .preempted
            default: .stuck(failure)
            }
    }

    /// The failure stored in the row (`tasks.stop`) and reported for the attempt; nil for a cancellation, which the row
    /// holds already.
    package var failure: TaskFailure? {
        switch self {
        case .cancelled: nil
        case .expired: .deadlineExceeded
        case .preempted: .preempted
        case .stuck(let failure): failure
        }
    }
}
