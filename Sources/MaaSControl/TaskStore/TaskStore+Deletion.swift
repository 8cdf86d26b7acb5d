package import MaaSCore

extension TaskStore {
    /// Hides a task of the user's that is over; nil when it is not over, or there is none.
    package func markDeleted(_ id: TaskID, user: String) async throws(PostgresError) -> TaskRow? {
        try await self.rows(
            """
            UPDATE tasks t SET deleted_at = now(), updated_at = now()
            WHERE id = \(id.description) AND user_id = \(user) AND deleted_at IS NULL AND ended_at IS NOT NULL
            RETURNING \(sql: TaskRow.columns)
            """
        ).first
    }

    /// Tasks that were deleted a while ago and whose rows are still there: their files may be, too.
    package func deletedTasks(limit: Int) async throws(PostgresError) -> [TaskRow] {
        try await self.rows(
            """
            SELECT \(sql: TaskRow.columns) FROM tasks t
            WHERE deleted_at < now() - interval '1 minute' ORDER BY deleted_at LIMIT \(limit)
            """
        )
    }

    /// Removes the row of a task that was deleted, when its files are gone.
    package func forget(_ id: TaskID) async throws(PostgresError) {
        try await self.pool.execute("DELETE FROM tasks WHERE id = \(id.description) AND deleted_at IS NOT NULL")
    }
}
