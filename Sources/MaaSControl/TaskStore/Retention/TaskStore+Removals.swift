package import MaaSCore

/// Deletes objects through rows in `removals`: a row is written before anything is deleted. Each row is retried on its
/// own until it succeeds, and processed once more when no pod can write any longer; see `removals` in the migrations.
extension TaskStore {
    /// Deletes a task of the user that is over; nil when it is not over, or does not exist. The caller has a lease on
    /// the removal of its objects for `lease`; after that anybody may take it.
    ///
    /// - Parameter writable: how long after the task's end its pods' presigned URLs may work.
    package func deleteTask(
        _ id: TaskID,
        user: String,
        writable: Duration,
        lease: Duration
    ) async throws(PostgresError) -> ObjectRemoval? {
        try await self.pool.query(
            """
            WITH gone AS (
                DELETE FROM tasks
                WHERE id = \(id.description) AND user_id = \(user) AND deleted_at IS NULL AND ended_at IS NOT NULL
                RETURNING id, attempt, input, ended_at
            )
            INSERT INTO removals AS r (id, attempts, object, writable_until, due_at)
            SELECT id, attempt, input->>'key',
                CASE attempt WHEN 0 THEN '-infinity'
                    ELSE ended_at + make_interval(secs => \((writable + ObjectRemoval.margin).inSeconds)) END,
                now() + make_interval(secs => \(lease.inSeconds))
            FROM gone
            ON CONFLICT (id) DO UPDATE SET due_at = excluded.due_at
            RETURNING \(sql: ObjectRemoval.columns)
            """
        ).first.map(ObjectRemoval.init)
    }

    /// Whether this task had this attempt and was deleted, its removal not being complete yet.
    package func wasDeleted(_ id: TaskID, attempt: Int) async throws(PostgresError) -> Bool {
        try await !self.pool.query("SELECT FROM removals WHERE id = \(id.description) AND attempts >= \(attempt)")
            .isEmpty
    }

    /// Takes over tasks that an earlier version marked as deleted and did not finish; returns how many.
    package func takeOverDeletedTasks(writable: Duration, limit: Int) async throws(PostgresError) -> Int {
        try await self.pool.execute(
            """
            WITH gone AS (
                DELETE FROM tasks WHERE id IN (
                    SELECT id FROM tasks WHERE deleted_at < now() - interval '1 minute'
                    ORDER BY deleted_at LIMIT \(limit) FOR UPDATE SKIP LOCKED
                )
                RETURNING id, attempt, input, ended_at
            )
            INSERT INTO removals (id, attempts, object, writable_until, due_at)
            SELECT id, attempt, input->>'key',
                ended_at + make_interval(secs => \((writable + ObjectRemoval.margin).inSeconds)), now()
            FROM gone
            ON CONFLICT (id) DO UPDATE SET due_at = excluded.due_at
            """
        )
    }

    /// Deletes expired uploads and records removals of their objects; returns how many, at most `limit`.
    ///
    /// - Parameter prefix: the prefix of their object keys, before the id.
    package func expireUploads(prefix: String, limit: Int) async throws(PostgresError) -> Int {
        try await self.pool.execute(
            """
            WITH gone AS (
                DELETE FROM uploads WHERE id IN (
                    SELECT id FROM uploads WHERE expires_at < now()
                    ORDER BY expires_at LIMIT \(limit) FOR UPDATE SKIP LOCKED
                )
                RETURNING id, expires_at
            )
            INSERT INTO removals (id, attempts, object, writable_until, due_at)
            SELECT id, 0, \(prefix) || id, expires_at + margin.time, expires_at + margin.time
            FROM gone, make_interval(secs => \(ObjectRemoval.margin.inSeconds)) AS margin (time)
            ON CONFLICT (id) DO NOTHING
            """
        )
    }

    /// Schedules the removal of the picture of a task that is about to be created, in case it never is: nothing else
    /// would ever name the object. ``settlePictures()`` decides once ``ObjectRemoval/margin`` has passed.
    package func schedulePictureRemoval(_ key: String, of task: TaskID) async throws(PostgresError) {
        // Never due before that decision: a version that knows of none would delete the pictures of tasks that wait.
        try await self.pool.execute(
            """
            INSERT INTO removals (id, attempts, object, writable_until, due_at)
            VALUES ('picture_' || \(task.description), 0, \(key),
                now() + make_interval(secs => \(ObjectRemoval.margin.inSeconds)), 'infinity')
            ON CONFLICT (id) DO NOTHING
            """
        )
    }

    /// Decides about pictures whose time has come: those of tasks that exist are kept, the others become due.
    package func settlePictures() async throws(PostgresError) {
        try await self.pool.execute(
            """
            DELETE FROM removals r WHERE \(sql: ObjectRemoval.isUnsettledPicture) AND \(sql: ObjectRemoval.hasTask)
            """
        )
        try await self.pool.execute(
            """
            UPDATE removals r SET due_at = now()
            WHERE \(sql: ObjectRemoval.isUnsettledPicture) AND NOT \(sql: ObjectRemoval.hasTask)
            """
        )
    }

    /// Leases due removals for `lease`, oldest first. If the worker dies, another takes them when the lease expires.
    package func takeRemovals(limit: Int, lease: Duration) async throws(PostgresError) -> [ObjectRemoval] {
        var removals: [ObjectRemoval] = []
        for row in try await self.pool.query(
            """
            UPDATE removals r SET due_at = now() + make_interval(secs => \(lease.inSeconds))
            FROM (
                SELECT id FROM removals WHERE due_at <= now() ORDER BY due_at LIMIT \(limit) FOR UPDATE SKIP LOCKED
            ) due
            WHERE r.id = due.id RETURNING \(sql: ObjectRemoval.columns)
            """
        ) { removals.append(try ObjectRemoval(row)) }
        return removals
    }

    /// Records that the objects were deleted. If they may still be written, they are checked again soon, and once more
    /// when they no longer can be.
    package func removed(_ removal: ObjectRemoval) async throws(PostgresError) {
        if removal.isFinal {
            try await self.pool.execute("DELETE FROM removals WHERE id = \(removal.id)")
        } else {
            try await self.pool.execute(
                """
                UPDATE removals SET looks = looks + 1, failures = 0, last_error = NULL, due_at = CASE looks
                    WHEN 0 THEN least(writable_until, now() + make_interval(secs => \(ObjectRemoval.secondLook.inSeconds)))
                    ELSE writable_until END
                WHERE id = \(removal.id)
                """
            )
        }
    }

    /// Records a failed deletion and schedules a retry.
    package func postpone(_ removal: ObjectRemoval, error: String) async throws(PostgresError) {
        let delay = ObjectRemoval.delay(afterFailure: removal.failures + 1)
        try await self.pool.execute(
            """
            UPDATE removals SET failures = failures + 1, last_error = left(\(error), 500),
                due_at = now() + make_interval(secs => \(delay.inSeconds))
            WHERE id = \(removal.id)
            """
        )
    }
}
