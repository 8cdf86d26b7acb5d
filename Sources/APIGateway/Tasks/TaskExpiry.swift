internal import MaaSControl
internal import MaaSCore

/// Gives up the files of tasks whose time is over, and later the tasks themselves. ``ObjectRemover`` deletes the files:
/// until then nobody sees them, as a task tells that its files have expired as soon as they have.
@LoopActor
struct TaskExpiry {
    let store: TaskStore
    /// For so long after the end of a task its pods' links may work.
    let linkLifetime: Duration

    private static let limit = 100

    /// One round; returns how many tasks it was about.
    func sweep() async throws -> Int {
        let expired = try await self.store.expireFiles(writable: self.linkLifetime, limit: Self.limit)
        let deleted = try await self.store.takeOverDeletedTasks(writable: self.linkLifetime, limit: Self.limit)
        return expired.count + deleted + (try await self.store.forgetExpiredTasks(limit: Self.limit))
    }
}
