internal import MaaSControl
internal import MaaSCore

extension TaskStore {
    /// A user's own task, by the id in a path; throws 404 when there is none.
    func ownTask(_ text: String, user: String) async throws -> TaskRow {
        try await self.ownTask(TaskID(text), user: user)
    }

    /// A user's own task; throws 404 when there is none, also for nil, which is a malformed id.
    func ownTask(_ id: TaskID?, user: String) async throws -> TaskRow {
        guard let id, let row = try await self.task(id, user: user) else { throw WebError.noSuchTask }
        return row
    }
}
