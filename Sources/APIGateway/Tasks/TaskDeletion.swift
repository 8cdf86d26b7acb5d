internal import MaaSControl
internal import MaaSCore

/// Deletes tasks with their files. The row goes first and leaves one of what is to be removed, so that nobody sees the
/// task any more, and what a crash leaves is found by ``ObjectRemover``.
@LoopActor
struct TaskDeletion {
    let store: TaskStore
    let remover: ObjectRemover
    /// For so long after the end of a task its pods' links may work.
    let linkLifetime: Duration

    /// Throws `WebError`: 404 when the user has no such task, 400 when it is not over.
    func delete(_ text: String, user: String) async throws {
        let row = try await self.store.ownTask(text, user: user)
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
        // The task is deleted whatever becomes of this: what is not noted comes due again.
        _ = try? await self.remover.carryOut(removal)
    }
}
