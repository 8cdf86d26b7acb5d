internal import MaaSControl
internal import MaaSCore

/// Deletes tasks with their files. The user sees a task no more at once; its row goes last, so that what a crash leaves
/// is found by ``sweep()``.
@LoopActor
struct TaskDeletion {
    let store: TaskStore
    let objects: ObjectStore
    let logger: Logger

    /// Throws `WebError`: 404 when the user has no such task, 400 when it is not over.
    func delete(_ text: String, user: String) async throws {
        let row = try await self.store.ownTask(text, user: user)
        guard let deleted = try await self.store.markDeleted(row.id, user: user) else {
            throw WebError(
                status: 400,
                code: "task_not_over",
                message: "the task is \(row.state.rawValue): cancel it first"
            )
        }
        do {
            try await self.remove(deleted)
        } catch {
            self.logger.warning("files are left for later", [.task: "\(row.id)", .error: "\(error)"])
        }
    }

    /// Finishes what was not finished; returns how many tasks there were.
    func sweep() async throws -> Int {
        let rows = try await self.store.deletedTasks(limit: 100)
        for row in rows { try await self.remove(row) }
        return rows.count
    }

    private func remove(_ row: TaskRow) async throws {
        for key in row.objectKeys { try await self.objects.delete(key) }
        try await self.store.forget(row.id)
    }
}
