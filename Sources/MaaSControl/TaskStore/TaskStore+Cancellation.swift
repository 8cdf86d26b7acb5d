package import MaaSCore

extension TaskStore {
    /// The channel on which the database tells of each task that is over, or whose GPUs came free: its id.
    package static let endChannel: StaticString = "task_ended"

    /// Cancels a queued task at once, and asks for the end of a running one; nil when there is none, or it is somebody
    /// else's. A task that is over is left as it is; asking twice changes nothing.
    package func requestCancel(_ id: TaskID, user: String) async throws(PostgresError) -> TaskRow? {
        let touched = try await self.rows(
            """
            UPDATE tasks t SET \(sql: Self.cancelling)
            WHERE id = \(id.description) AND user_id = \(user) AND deleted_at IS NULL
                AND state = ANY(\(.states(before: .cancelled))) AND cancel_requested_at IS NULL
            RETURNING \(sql: TaskRow.columns)
            """
        )
        // Nothing touched: over already, asked for already, or not there.
        if let task = touched.first { return task }
        return try await self.task(id, user: user)
    }

    /// Does the same to those of a user's tasks that match the filter, `limit` at most. Returns those it touched: who
    /// has been asked before, or is over, is not among them.
    package func requestCancel(
        of user: String,
        matching filter: TaskFilter,
        limit: Int
    ) async throws(PostgresError) -> [CancelledTask] {
        var cancelled: [CancelledTask] = []
        // In order of id, so that two that cancel the same tasks do not wait for each other.
        for row in try await self.pool.query(
            """
            UPDATE tasks t SET \(sql: Self.cancelling)
            WHERE id IN (
                SELECT id FROM tasks
                WHERE \(tasksOf: user, matching: filter) AND state = ANY(\(.states(before: .cancelled)))
                    AND cancel_requested_at IS NULL
                ORDER BY id LIMIT \(limit) FOR UPDATE
            )
            RETURNING id, state, attempt, traceparent
            """
        ) { cancelled.append(try CancelledTask(row)) }
        return cancelled
    }

    private static let cancelling: StaticString = """
        state = CASE state WHEN 'QUEUED' THEN 'CANCELLED' ELSE state END,
        ended_at = CASE state WHEN 'QUEUED' THEN now() END, cancel_requested_at = now(), updated_at = now()
        """
}
