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

    /// One round; returns how many were taken on, or 0 when the store does not answer: then the others would each wait for
    /// its time-out, past their lease, and come due again later.
    func sweep() async throws -> Int {
        let removals = try await self.store.takeRemovals(limit: Self.limit, lease: Self.lease)
        for removal in removals {
            if try await !self.carryOut(removal) { return 0 }
        }
        return removals.count
    }

    /// Returns whether the store answered. Throws when the database cannot be told what became of it; then it is taken on
    /// again later.
    func carryOut(_ removal: ObjectRemoval) async throws -> Bool {
        do {
            for key in removal.keys { try await self.objects.delete(key) }
        } catch {
            self.logger.warning("objects are left for later", [.key: removal.id, .error: "\(error)"])
            try await self.store.postpone(removal, error: "\(error)")
            return !error.isRetriable || error.status != 0
        }
        try await self.store.removed(removal)
        return true
    }
}
