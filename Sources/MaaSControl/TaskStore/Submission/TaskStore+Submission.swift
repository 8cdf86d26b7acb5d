package import MaaSCore

extension TaskStore {
    /// Stores a task as queued; returns once it is durable. Concurrent submissions are committed together.
    ///
    /// Returns false when its conditions are not met: the key is another task's, or its user has too many tasks
    /// waiting. Idempotent: a task that exists already is left as it is.
    package func submit(_ submission: TaskSubmission) async throws(PostgresError) -> Bool {
        try await self.inserter.insert(submission)
    }

    /// Stores a task as queued, unconditionally.
    package func submit(_ task: NewTask) async throws(PostgresError) {
        _ = try await self.inserter.insert(TaskSubmission(task))
    }

    /// Stores tasks as queued, all or none. Those that exist already are left as they are.
    package func insert(_ tasks: [NewTask]) async throws(PostgresError) {
        try await self.pool.execute(TaskInserter.query(tasks.map { TaskSubmission($0) }, mayBeThere: true))
    }

    /// The submission that holds the key; nil when the key is free.
    package func submission(of user: String, under key: IdempotencyKey) async throws(PostgresError)
        -> EarlierSubmission?
    {
        let rows = try await self.pool.query(
            """
            SELECT task_id, fingerprint, position FROM idempotency_keys
            WHERE user_id = \(user) AND key = \(.bytes(key.digest))
            """
        )
        guard let row = rows.first else { return nil }
        return EarlierSubmission(
            task: try row.decode("task_id", by: TaskID.init),
            fingerprint: try row.bytes("fingerprint") ?? [],
            position: try row.decodeIfPresent("position")
        )
    }

    /// Frees a key that a submission from before `time` holds.
    package func release(
        _ key: IdempotencyKey,
        of user: String,
        heldBefore time: Timestamp
    ) async throws(PostgresError) {
        try await self.pool.execute(
            """
            DELETE FROM idempotency_keys
            WHERE user_id = \(user) AND key = \(.bytes(key.digest)) AND created_at < \(time)
            """
        )
    }

    /// Deletes some expired keys; returns how many. Those that another gateway is deleting are skipped.
    package func sweepIdempotencyKeys() async throws(PostgresError) -> Int {
        try await self.pool.execute(
            """
            DELETE FROM idempotency_keys WHERE (user_id, key) IN (
                SELECT user_id, key FROM idempotency_keys WHERE expires_at < now()
                LIMIT 1000 FOR UPDATE SKIP LOCKED
            )
            """
        )
    }
}
