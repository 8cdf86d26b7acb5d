internal import MaaSCore

/// A transfer that will not succeed by trying longer.
struct TransferError: Error, Equatable {
    /// Without the URL, whose query is a signature.
    let message: String
    /// Whether another attempt of the task may have more luck.
    var isRetryable = false
    /// What the program ends with.
    var status = ExitCode.temporaryFailure
}
