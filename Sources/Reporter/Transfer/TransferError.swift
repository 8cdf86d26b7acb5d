internal import MaaSCore

/// A transfer that failed.
struct TransferError: Error, Equatable {
    /// A sentence, without the URL, whose query contains a signature.
    let message: String
    /// Whether another attempt of the task may succeed.
    var isRetryable = false
    /// The program's exit status.
    var status = ExitCode.temporaryFailure
}
