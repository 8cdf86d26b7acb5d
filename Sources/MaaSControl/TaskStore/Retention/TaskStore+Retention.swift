package import MaaSCore

extension TaskStore {
    /// The states of tasks that may have files, each with an expiry of its own.
    package static let statesWithFiles: [TaskState] = [.completed, .failed, .cancelled]

    /// Schedules the removal of the files of tasks in `state` past their retention, in the order in which they ended.
    /// Returns those tasks, at most `limit`.
    ///
    /// - Parameter writable: how long after a task's end its pods' presigned URLs may work.
    package func expireFiles(
        of state: TaskState,
        writable: Duration,
        limit: Int
    ) async throws(PostgresError) -> [TaskID] {
        guard let retention = self.retention else { return [] }
        let query = Self.expiry(of: state, after: retention, writable: writable, limit: limit)
        var tasks: [TaskID] = []
        for row in try await self.pool.query(query) {
            if let task = TaskID(try row.decode("id")) { tasks.append(task) }
        }
        return tasks
    }

    static func expiry(
        of state: TaskState,
        after retention: Retention,
        writable: Duration,
        limit: Int
    ) -> PostgresQuery {
        """
        WITH RECURSIVE \(expired: state, retention, limit: limit), held AS (
            SELECT t.id FROM tasks t JOIN (SELECT id FROM expired ORDER BY ended_at LIMIT \(limit)) e USING (id)
            WHERE t.files_deleted_at IS NULL AND t.deleted_at IS NULL FOR UPDATE OF t SKIP LOCKED
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

extension PostgresQuery.StringInterpolation {
    /// `expired (id, ended_at)`: tasks in `state` past their retention, each lifetime a range of an index of which at
    /// most `limit` rows are read, however many are kept and however large the backlog.
    fileprivate mutating func appendInterpolation(expired state: TaskState, _ retention: Retention, limit: Int) {
        guard state == .completed else {
            self.appendLiteral("expired AS (SELECT id, ended_at FROM tasks WHERE state = ")
            self.appendInterpolation(state.rawValue)
            self.appendLiteral(
                """
                 AND ended_at IS NOT NULL AND files_deleted_at IS NULL AND deleted_at IS NULL \
                AND ended_at <= now() - make_interval(secs => 
                """
            )
            self.appendInterpolation(retention.failed.inSeconds)
            self.appendLiteral(") ORDER BY ended_at LIMIT ")
            self.appendInterpolation(limit)
            self.appendLiteral(")")
            return
        }
        let own = retention.templates.sorted { $0.key < $1.key }
        // Also templates that the configuration no longer has: from each name one step to the next one.
        self.appendLiteral(
            """
            names (name) AS (
                (SELECT template FROM tasks WHERE state = 'COMPLETED' AND files_deleted_at IS NULL
                ORDER BY template LIMIT 1)
                UNION ALL
                SELECT next.template FROM names CROSS JOIN LATERAL (
                    SELECT template FROM tasks
                    WHERE state = 'COMPLETED' AND files_deleted_at IS NULL AND template > names.name
                    ORDER BY template LIMIT 1
                ) AS next
            ), expired AS (
                SELECT done.id, done.ended_at FROM names LEFT JOIN unnest(
            """
        )
        self.appendInterpolation(.textArray(own.map { $0.key }))
        self.appendLiteral(", ")
        self.appendInterpolation(.doubleArray(own.map { $0.value.inSeconds }))
        self.appendLiteral(
            """
            ) AS own (name, seconds) USING (name) CROSS JOIN LATERAL (
                SELECT id, ended_at FROM tasks
                WHERE state = 'COMPLETED' AND files_deleted_at IS NULL AND template = names.name
                    AND ended_at <= now() - make_interval(secs => coalesce(own.seconds, 
            """
        )
        self.appendInterpolation(retention.completed.inSeconds)
        self.appendLiteral(")) ORDER BY ended_at LIMIT ")
        self.appendInterpolation(limit)
        self.appendLiteral(") AS done)")
    }
}
