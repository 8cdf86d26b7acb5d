internal import MaaSControl
internal import MaaSCore

/// Deletes the objects that the database lists for removal. Each row fails on its own and is retried later.
@LoopActor
struct ObjectRemover {
    let store: TaskStore
    let objects: ObjectStore
    let logger: Logger

    /// The lease on a removal: longer than its deletion takes.
    static let lease = Duration.minutes(5)
    private static let limit = 100

    /// Processes one batch; returns its size, or 0 when the store does not answer. The rest of the batch would only
    /// wait for timeouts beyond its lease, and comes due again later.
    func sweep() async throws -> Int {
        let removals = try await self.store.takeRemovals(limit: Self.limit, lease: Self.lease)
        for removal in removals {
            if try await !self.carryOut(removal) { return 0 }
        }
        return removals.count
    }

    /// Returns whether the store answered. Throws when the result cannot be recorded; the removal is then repeated
    /// later.
    func carryOut(_ removal: ObjectRemoval) async throws -> Bool {
        do {
            for key in removal.keys { try await self.objects.delete(key) }
        } catch {
            self.logger.warning("cannot delete objects; will retry later", [.removal: removal.id, .error: "\(error)"])
            try await self.store.postpone(removal, error: "\(error)")
            return !error.isRetryable || error.status != 0
        }
        try await self.store.removed(removal)
        return true
    }
}
