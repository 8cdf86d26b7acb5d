internal import MaaSControl
internal import MaaSCore

extension WebError {
    /// The error response for an internal failure, whose details are only logged.
    ///
    /// 503 for temporary failures, so that clients retry; 500 for those that a retry does not fix.
    init(for error: any Error) {
        switch error {
        case let error as WebError: self = error
        case is AuthorizingKeyInvalid: self = .unauthorized("this API key is invalid, expired or revoked")
        case let error as PostgresError where error.isRetryable || error.isOutcomeUnknown:
            self = .unavailable("the database cannot be reached at the moment")
        case let error as PostgresError where error.code == .invalidParameter:
            self = .badRequest("the request contains the character U+0000, which is not allowed")
        case let error as ObjectStoreError where error.isRetryable:
            self = .unavailable("the object store cannot be reached at the moment")
        default: self = .internalError
        }
    }
}
