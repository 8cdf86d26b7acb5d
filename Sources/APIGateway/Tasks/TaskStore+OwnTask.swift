internal import MaaSControl
internal import MaaSCore

extension WebError {
    /// The same error for an id that never existed, one of another user, and a malformed one.
    static let noSuchTask = WebError.notFound("there is no such task")
}

extension TaskStore {
    /// A user's own task, by the id in a path; throws 404 when there is none.
    func ownTask(_ text: String, user: String) async throws -> TaskRow {
        guard let id = TaskID(text), let row = try await self.task(id, user: user) else { throw WebError.noSuchTask }
        return row
    }
}
