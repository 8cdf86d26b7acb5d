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
            case Self.expiry.code: .expired
            case Self.preemption.code: .preempted
            default: .stuck(failure)
            }
    }

    /// The failure stored in the row (`tasks.stop`) and reported for the attempt; nil for a cancellation, which the row
    /// holds already.
    package var failure: TaskFailure? {
        switch self {
        case .cancelled: nil
        case .expired: Self.expiry
        case .preempted: Self.preemption
        case .stuck(let failure): failure
        }
    }

    private static let expiry = TaskFailure(
        code: "DEADLINE",
        message: "The generation exceeded its time limit and was stopped."
    )
    private static let preemption = TaskFailure(
        code: "PREEMPTED",
        message: "It made room for a more urgent task and will restart automatically.",
        isRetryable: true
    )
}
