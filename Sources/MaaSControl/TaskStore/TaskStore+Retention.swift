package import MaaSCore

extension TaskStore {
    /// Schedules the removal of the files of tasks past their retention, in the order in which they ended. Returns
    /// those tasks, at most `limit`.
    ///
    /// - Parameter writable: how long after a task's end its pods' presigned URLs may work.
    package func expireFiles(writable: Duration, limit: Int) async throws(PostgresError) -> [TaskID] {
        guard let retention = self.retention else { return [] }
        let own = retention.templates.sorted { $0.key < $1.key }
        let shortest = own.map { $0.value }.reduce(retention.completed, min)
        // One subquery per state, so that each reads the index in order and stops at the limit, however large the
        // backlog.
        let rows = try await self.pool.query(
            """
            WITH expired AS (
                (SELECT id, ended_at FROM tasks
                WHERE state = 'FAILED' AND ended_at IS NOT NULL AND files_deleted_at IS NULL AND deleted_at IS NULL
                    AND ended_at <= now() - make_interval(secs => \(retention.failed.inSeconds))
                ORDER BY ended_at LIMIT \(limit))
                UNION ALL
                (SELECT id, ended_at FROM tasks
                WHERE state = 'CANCELLED' AND ended_at IS NOT NULL AND files_deleted_at IS NULL AND deleted_at IS NULL
                    AND ended_at <= now() - make_interval(secs => \(retention.failed.inSeconds))
                ORDER BY ended_at LIMIT \(limit))
                UNION ALL
                (SELECT done.id, done.ended_at FROM tasks done LEFT JOIN unnest(
                    \(.textArray(own.map { $0.key })), \(.doubleArray(own.map { $0.value.inSeconds }))
                ) AS own (name, seconds) ON own.name = done.template
                WHERE done.state = 'COMPLETED' AND done.ended_at IS NOT NULL AND done.files_deleted_at IS NULL
                    AND done.deleted_at IS NULL
                    AND done.ended_at <= now() - make_interval(secs => \(shortest.inSeconds))
                    AND done.ended_at
                        <= now() - make_interval(secs => coalesce(own.seconds, \(retention.completed.inSeconds)))
                ORDER BY done.ended_at LIMIT \(limit))
            ), held AS (
                SELECT t.id FROM tasks t JOIN (SELECT id FROM expired ORDER BY ended_at LIMIT \(limit)) e USING (id)
                WHERE t.files_deleted_at IS NULL FOR UPDATE OF t SKIP LOCKED
            ), marked AS (
                UPDATE tasks t SET files_deleted_at = now(), updated_at = now() FROM held WHERE t.id = held.id
                RETURNING t.id, t.attempt, t.input->>'key' AS object, t.ended_at
            ), noted AS (
                INSERT INTO removals (id, attempts, object, writable_until, due_at)
                SELECT id, attempt, object,
                    ended_at + make_interval(secs => \((writable + ObjectRemoval.margin).inSeconds)), now()
                FROM marked WHERE attempt > 0 OR object IS NOT NULL
                ON CONFLICT (id) DO NOTHING
            )
            SELECT id FROM marked ORDER BY ended_at
            """
        )
        var tasks: [TaskID] = []
        for row in rows { if let task = TaskID(try row.decode("id")) { tasks.append(task) } }
        return tasks
    }

    /// Deletes rows past their retention whose files are gone; returns how many, at most `limit`.
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
