package import MaaSCore

extension TaskStore {
    /// Tasks whose files are kept no longer, and are still to be deleted; those that ended first come first.
    package func tasksWithExpiredFiles(limit: Int) async throws(PostgresError) -> [TaskRow] {
        guard let retention = self.retention else { return [] }
        let own = retention.templates.sorted { $0.key < $1.key }
        let shortest = own.map { $0.value }.reduce(retention.completed, min)
        // Each state by itself, so that each is read in the index's order and no further than the limit, however much
        // has gathered.
        return try await self.rows(
            """
            SELECT \(sql: TaskRow.columns) FROM (
                (SELECT * FROM tasks
                WHERE state = 'FAILED' AND ended_at IS NOT NULL AND files_deleted_at IS NULL AND deleted_at IS NULL
                    AND ended_at <= now() - make_interval(secs => \(retention.failed.inSeconds))
                ORDER BY ended_at LIMIT \(limit))
                UNION ALL
                (SELECT * FROM tasks
                WHERE state = 'CANCELLED' AND ended_at IS NOT NULL AND files_deleted_at IS NULL AND deleted_at IS NULL
                    AND ended_at <= now() - make_interval(secs => \(retention.failed.inSeconds))
                ORDER BY ended_at LIMIT \(limit))
                UNION ALL
                (SELECT done.* FROM tasks done LEFT JOIN unnest(
                    \(.textArray(own.map { $0.key })), \(.doubleArray(own.map { $0.value.inSeconds }))
                ) AS own (name, seconds) ON own.name = done.template
                WHERE done.state = 'COMPLETED' AND done.ended_at IS NOT NULL AND done.files_deleted_at IS NULL
                    AND done.deleted_at IS NULL
                    AND done.ended_at <= now() - make_interval(secs => \(shortest.inSeconds))
                    AND done.ended_at
                        <= now() - make_interval(secs => coalesce(own.seconds, \(retention.completed.inSeconds)))
                ORDER BY done.ended_at LIMIT \(limit))
            ) t ORDER BY t.ended_at LIMIT \(limit)
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
