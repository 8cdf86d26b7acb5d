internal import MaaSControl
internal import MaaSCore

/// Expires the files of tasks, and later the tasks themselves. ``ObjectRemover`` deletes the files; they are
/// inaccessible as soon as they have expired.
@LoopActor
struct TaskExpiry {
    let store: TaskStore
    /// How long after a task's end its pods' presigned URLs may work.
    let linkLifetime: Duration

    private static let limit = 100

    /// Processes one batch; returns its size.
    func sweep() async throws -> Int {
        let expired = try await self.store.expireFiles(writable: self.linkLifetime, limit: Self.limit)
        let deleted = try await self.store.takeOverDeletedTasks(writable: self.linkLifetime, limit: Self.limit)
        return expired.count + deleted + (try await self.store.forgetExpiredTasks(limit: Self.limit))
    }
}
