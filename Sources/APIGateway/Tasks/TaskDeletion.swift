internal import MaaSControl
internal import MaaSCore

/// Deletes tasks and their files. The task's row is first replaced by a removal, so that the task disappears at once
/// and ``ObjectRemover`` finishes after a crash.
@LoopActor
struct TaskDeletion {
    let store: TaskStore
    let remover: ObjectRemover
    /// How long after a task's end its pods' presigned URLs may work.
    let linkLifetime: Duration

    /// Throws `WebError`: 404 when the user has no such task, 400 when it is not over.
    func delete(_ id: TaskID?, user: String) async throws {
        let row = try await self.store.ownTask(id, user: user)
        let removal = try await self.store.deleteTask(
            row.id,
            user: user,
            writable: self.linkLifetime,
            lease: ObjectRemover.lease
        )
        guard let removal else {
            throw WebError(
                status: 400,
                code: "task_not_over",
                message: "the task is \(row.state.rawValue): cancel it first"
            )
        }
        // Best effort: the task is deleted, and an unfinished removal comes due again.
        _ = try? await self.remover.carryOut(removal)
    }
}
