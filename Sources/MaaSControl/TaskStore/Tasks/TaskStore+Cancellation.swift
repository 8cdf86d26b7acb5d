package import MaaSCore

extension TaskStore {
    /// The channel on which the database announces, by id, each task that ended or whose GPUs were released.
    package static let endChannel: StaticString = "task_ended"

    /// Cancels a queued task at once, and requests the end of a running one. Nil when the user has no such task.
    /// Idempotent; a task that is over is left as it is. `isNew` is false when nothing was changed.
    package func requestCancel(
        _ id: TaskID,
        user: String
    ) async throws(PostgresError) -> (task: TaskRow, isNew: Bool)? {
        let touched = try await self.rows(
            """
            UPDATE tasks t SET \(sql: Self.cancelling)
            WHERE id = \(id.description) AND user_id = \(user) AND deleted_at IS NULL
                AND state = ANY(\(.states(before: .cancelled))) AND cancel_requested_at IS NULL
            RETURNING \(sql: TaskRow.columns)
            """
        )
        // Nothing was updated: it is over, was cancelled before, or does not exist.
        if let task = touched.first { return (task, true) }
        return try await self.task(id, user: user).map { ($0, false) }
    }

    /// Cancels the user's tasks that match the filter, at most `limit`. Returns those it changed, without those that
    /// are over or were cancelled before.
    package func requestCancel(
        of user: String,
        matching filter: TaskFilter,
        limit: Int
    ) async throws(PostgresError) -> [CancelledTask] {
        var cancelled: [CancelledTask] = []
        for row in try await self.pool.query(Self.cancellation(of: user, matching: filter, limit: limit)) {
            cancelled.append(try CancelledTask(row))
        }
        return cancelled
    }

    /// Reads only tasks that are not over. In order of id, so that concurrent cancellations cannot deadlock.
    static func cancellation(of user: String, matching filter: TaskFilter, limit: Int) -> PostgresQuery {
        """
        UPDATE tasks t SET \(sql: Self.cancelling)
        WHERE id IN (
            SELECT id FROM tasks
            WHERE \(tasksOf: user, matching: filter) AND state = ANY(\(.states(before: .cancelled)))
                AND ended_at IS NULL AND cancel_requested_at IS NULL
            ORDER BY user_id, id LIMIT \(limit) FOR UPDATE
        )
        RETURNING id, state, attempt, traceparent
        """
    }

    private static let cancelling: StaticString = """
        state = CASE state WHEN 'QUEUED' THEN 'CANCELLED' ELSE state END,
        ended_at = CASE state WHEN 'QUEUED' THEN now() END, cancel_requested_at = now(), updated_at = now()
        """
}
