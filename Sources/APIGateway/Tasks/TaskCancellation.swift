internal import MaaSControl
internal import MaaSCore

/// Cancels tasks: a queued one at once, a running one by the dispatcher. To cancel twice changes nothing.
@LoopActor
struct TaskCancellation {
    let store: TaskStore
    let notifier: TaskNotifier

    /// The task as it is now. Throws 404 when the user has none of that id.
    func cancel(_ text: String, user: String) async throws -> TaskRow {
        guard let id = TaskID(text), let row = try await self.store.requestCancel(id, user: user) else {
            throw WebError.noSuchTask
        }
        switch row.state {
        case .running:
            self.notifier.ring(.cancel(id))
        case .cancelled:
            // The dispatcher has it in its queue still.
            self.notifier.ring(.cancel(id))
            self.notifier.publishCancelled(row)
        case .queued, .completed, .failed:
            break
        }
        return row
    }
}
