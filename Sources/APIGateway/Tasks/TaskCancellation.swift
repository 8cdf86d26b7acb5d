internal import MaaSControl
internal import MaaSCore

/// Cancels tasks: queued ones at once, running ones through the dispatcher. Idempotent.
@LoopActor
struct TaskCancellation {
    let store: TaskStore
    let notifier: TaskNotifier
    let logger: Logger

    /// The most tasks per statement, which bounds how long their rows are locked, and their user's webhook endpoints.
    private static let batch = 100

    /// Cancels a task and returns it. Throws 404 when the user has none with that id.
    func cancel(_ text: String, user: String) async throws -> TaskRow {
        guard let id = TaskID(text), let (row, isNew) = try await self.store.requestCancel(id, user: user) else {
            throw WebError.noSuchTask
        }
        switch row.state {
        case .running, .cancelled: self.tell(of: CancelledTask(row), isNew: isNew, user: user)
        case .queued, .completed, .failed: break
        }
        return row
    }

    /// Cancels all of a user's tasks that match. Returns how many are over, and how many will be.
    func cancel(of user: String, matching filter: TaskFilter) async throws -> (cancelled: Int, cancelling: Int) {
        var (cancelled, cancelling) = (0, 0)
        while true {
            let tasks = try await self.store.requestCancel(of: user, matching: filter, limit: Self.batch)
            for task in tasks {
                self.tell(of: task, isNew: true, user: user)
                if task.isOver { cancelled += 1 } else { cancelling += 1 }
            }
            if tasks.count < Self.batch { return (cancelled, cancelling) }
        }
    }

    /// Tells the other services of a cancellation, also of a task that is over: the dispatcher must remove it from its
    /// queue. A repeated request is not logged, but the other services are told again, since they may have missed the
    /// first one.
    private func tell(of task: CancelledTask, isNew: Bool, user: String) {
        if isNew {
            let state: TaskState = task.isOver ? .cancelled : .running
            self.logger.info(
                "cancellation requested",
                [.task: "\(task.id)", .state: state.rawValue, .user: user, .trace: task.trace?.traceID]
            )
        }
        self.notifier.ring(.cancel([task.id]))
        if task.isOver { self.notifier.publishCancelled(task) }
    }
}
