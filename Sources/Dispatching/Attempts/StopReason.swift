internal import MaaSCore

/// Why an attempt is ended before it ends by itself.
enum StopReason: Sendable, Hashable {
    /// Its user wants it.
    case cancelled
    /// It has run for longer than it may.
    case expired
    /// A more urgent task takes its place.
    case preempted
    /// It does not get to run.
    case stuck(TaskFailure)

    /// What the attempt ended of; nil for what is no failure.
    var failure: TaskFailure? {
        switch self {
        case .cancelled: nil
        case .expired:
            TaskFailure(code: "DEADLINE", message: "The generation took longer than it may and was ended.")
        case .preempted:
            TaskFailure(
                code: "PREEMPTED",
                message: "It made room for a more urgent task, and begins again by itself.",
                isRetryable: true
            )
        case .stuck(let failure): failure
        }
    }
}
