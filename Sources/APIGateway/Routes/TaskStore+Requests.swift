internal import MaaSControl
internal import MaaSCore

extension WebError {
    /// The same for an id that never was, one that is somebody else's, and a text that is no id.
    static let noSuchTask = WebError.notFound("there is no such task")
}

extension TaskStore {
    /// A user's own task by the id in a path; throws 404 when there is none, 503 when nobody can tell.
    func ownTask(_ text: String, user: String) async throws -> TaskRow {
        guard let id = TaskID(text) else { throw WebError.noSuchTask }
        guard let row = try await self.reading({ try await self.task(id, user: user) }) else {
            throw WebError.noSuchTask
        }
        return row
    }

    /// Answers 503 for a database that is away.
    func reading<R: Sendable>(_ read: @LoopActor () async throws -> R) async throws -> R {
        do {
            return try await read()
        } catch let error as PostgresError where error.isRetriable || error.isOutcomeUnknown {
            throw WebError.unavailable("the tasks cannot be looked up at the moment")
        }
    }
}
