package import MaaSCore

/// Why an attempt is ended before it ends by itself.
package enum StopReason: Sendable, Hashable {
    /// Its user wants it.
    case cancelled
    /// It has run for longer than it may.
    case expired
    /// A more urgent task takes its place.
    case preempted
    /// It does not get to run.
    case stuck(TaskFailure)

    /// The reason that a row tells: see ``failure``.
    package init(_ failure: TaskFailure) {
        self =
            switch failure.code {
            case Self.expiry.code: .expired
            case Self.preemption.code: .preempted
            default: .stuck(failure)
            }
    }

    /// How the row tells it (`tasks.stop`), and of what the attempt ends; nil for what its user wished, which the row says
    /// already.
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
        message: "The generation took longer than it may and was ended."
    )
    private static let preemption = TaskFailure(
        code: "PREEMPTED",
        message: "It made room for a more urgent task, and begins again by itself.",
        isRetryable: true
    )
}
