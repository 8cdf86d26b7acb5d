internal import MaaSControl
internal import MaaSCore

extension WebError {
    /// What a client is told of something that went wrong behind the gateway; the server logs what it was.
    ///
    /// 503 for what is only away for now, so that clients try again; 500 for what trying again does not mend.
    init(tellingOf error: any Error) {
        switch error {
        case let error as WebError: self = error
        case is MakerEnded: self = .unauthorized("this key is not valid, or not any longer")
        case let error as PostgresError where error.isRetriable || error.isOutcomeUnknown:
            self = .unavailable("the database cannot be reached at the moment")
        case let error as PostgresError where error.code == .invalidParameter:
            self = .badRequest("the request has the character U+0000 in it, which nothing here may have")
        case let error as ObjectStoreError where error.isRetriable:
            self = .unavailable("the object store cannot be reached at the moment")
        default: self = .internalError
        }
    }
}
