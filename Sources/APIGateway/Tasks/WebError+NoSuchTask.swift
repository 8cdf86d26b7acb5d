internal import MaaSControl

extension WebError {
    /// The same error for an id that never existed, one of another user, and a malformed one.
    static let noSuchTask = WebError.notFound("there is no such task")
}
