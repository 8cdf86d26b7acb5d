package import MaaSCore

extension TaskStore {
    /// Tasks whose files are kept no longer, and are still to be deleted; those that ended first come first.
    package func tasksWithExpiredFiles(limit: Int) async throws(PostgresError) -> [TaskRow] {
        guard let retention = self.retention else { return [] }
        let own = retention.templates.sorted { $0.key < $1.key }
        let shortest = own.map { $0.value }.reduce(retention.completed, min)
        return try await self.rows(
            """
            SELECT \(sql: TaskRow.columns) FROM tasks t LEFT JOIN unnest(
                \(.textArray(own.map { $0.key })), \(.doubleArray(own.map { $0.value.inSeconds }))
            ) AS own (name, seconds) ON own.name = t.template
            WHERE ended_at IS NOT NULL AND files_deleted_at IS NULL AND deleted_at IS NULL AND (
                state IN ('FAILED', 'CANCELLED')
                    AND ended_at <= now() - make_interval(secs => \(retention.failed.inSeconds))
                OR state = 'COMPLETED'
                    AND ended_at <= now() - make_interval(secs => \(shortest.inSeconds))
                    AND ended_at <= now() - make_interval(secs => coalesce(own.seconds, \(retention.completed.inSeconds)))
            )
            ORDER BY ended_at LIMIT \(limit)
            """
        )
    }

    /// Notes that the files of a task are gone.
    package func markFilesDeleted(_ id: TaskID) async throws(PostgresError) {
        try await self.pool.execute(
            """
            UPDATE tasks SET files_deleted_at = now(), updated_at = now()
            WHERE id = \(id.description) AND files_deleted_at IS NULL
            """
        )
    }

    /// Removes rows that are kept no longer and whose files are gone; returns how many, `limit` at most.
    package func forgetExpiredTasks(limit: Int) async throws(PostgresError) -> Int {
        guard let retention = self.retention else { return 0 }
        return try await self.pool.execute(
            """
            DELETE FROM tasks WHERE id IN (
                SELECT id FROM tasks
                WHERE files_deleted_at IS NOT NULL AND ended_at < now() - make_interval(secs => \(retention.record.inSeconds))
                ORDER BY ended_at LIMIT \(limit)
            )
            """
        )
    }
}
