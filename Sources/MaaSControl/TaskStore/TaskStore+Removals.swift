package import MaaSCore

/// What is to be deleted from the object store is a row before anything is deleted. So each row is tried again alone
/// until it works, and once more when no pod can write any longer: see `removals` in the migrations.
extension TaskStore {
    /// Deletes a task of the user's that is over; nil when it is not over, or there is none. The caller has the removal
    /// of its objects for `lease`, after which it is everybody's.
    ///
    /// - Parameter writable: for so long after the end of the task its pods' links may work.
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

    /// Takes over tasks that a version before this one marked as deleted and did not finish; returns how many.
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

    /// Forgets uploads whose time is over, and notes what was uploaded; returns how many, `limit` at most.
    ///
    /// - Parameter prefix: of their objects, before the id.
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

    /// Takes on removals that are due, the oldest first, for `lease`: who takes one and is not heard of again has it taken
    /// by somebody else after that.
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

    /// Notes that the objects are gone. Where they may still be written they are looked at again: soon once, then at the
    /// end of that time.
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

    /// Notes that the objects could not be deleted, and has it tried again later.
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
