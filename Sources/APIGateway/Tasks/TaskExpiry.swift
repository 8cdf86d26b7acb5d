internal import MaaSControl
internal import MaaSCore

/// Expires the files of tasks, and later the tasks themselves. ``ObjectRemover`` deletes the files; they are
/// inaccessible as soon as they have expired.
@LoopActor
struct TaskExpiry {
    /// Processes one batch; returns its size.
    typealias Sweep = @LoopActor () async throws -> Int

    let store: TaskStore
    /// How long after a task's end its pods' presigned URLs may work.
    let linkLifetime: Duration

    private static let limit = 100

    /// Each is to run even if another fails.
    var sweeps: [Sweep] {
        var sweeps: [Sweep] = [
            { try await self.store.takeOverDeletedTasks(writable: self.linkLifetime, limit: Self.limit) }
        ]
        for state in TaskStore.statesWithFiles {
            sweeps.append {
                try await self.store.expireFiles(of: state, writable: self.linkLifetime, limit: Self.limit).count
            }
        }
        sweeps.append { try await self.store.forgetExpiredTasks(limit: Self.limit) }
        return sweeps
    }
}
