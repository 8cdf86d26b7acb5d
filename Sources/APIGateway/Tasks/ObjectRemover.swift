internal import MaaSControl
internal import MaaSCore

/// Deletes from the object store what the database says is to be deleted. Each row fails alone, and is tried again later.
@LoopActor
struct ObjectRemover {
    let store: TaskStore
    let objects: ObjectStore
    let logger: Logger

    /// How long one that was taken on is left to whoever took it: longer than its deletion takes.
    static let lease = Duration.minutes(5)
    private static let limit = 100

    /// One round; returns how many were taken on.
    func sweep() async throws -> Int {
        let removals = try await self.store.takeRemovals(limit: Self.limit, lease: Self.lease)
        for removal in removals { try await self.carryOut(removal) }
        return removals.count
    }

    /// Throws when the database cannot be told what became of it; then it is taken on again later.
    func carryOut(_ removal: ObjectRemoval) async throws {
        do {
            for key in removal.keys { try await self.objects.delete(key) }
        } catch {
            self.logger.warning("objects are left for later", [.key: removal.id, .error: "\(error)"])
            return try await self.store.postpone(removal, error: "\(error)")
        }
        try await self.store.removed(removal)
    }
}
