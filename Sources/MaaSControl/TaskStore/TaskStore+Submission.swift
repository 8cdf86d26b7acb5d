internal import MaaSCore

extension TaskStore {
    /// Stores a task as queued; returns once it is durable. Tasks submitted at the same time are committed together.
    ///
    /// Returns false when its terms do not allow it: the key is another task's, or its user has too many waiting. May be
    /// repeated with the same id: a task that is there already is left as it is.
    package func submit(_ submission: TaskSubmission) async throws(PostgresError) -> Bool {
        try await self.inserter.insert(submission)
    }

    /// Stores a task as queued, on no terms.
    package func submit(_ task: NewTask) async throws(PostgresError) {
        _ = try await self.inserter.insert(TaskSubmission(task))
    }

    /// Stores tasks as queued, all or none of them. Those that are there already are left as they are.
    package func insert(_ tasks: [NewTask]) async throws(PostgresError) {
        try await self.pool.execute(TaskInserter.query(tasks.map { TaskSubmission($0) }, mayBeThere: true))
    }

    /// What has the key; nil when it is free.
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

    /// Forgets keys whose time is over; returns how many.
    @discardableResult
    package func sweepIdempotencyKeys() async throws(PostgresError) -> Int {
        try await self.pool.execute("DELETE FROM idempotency_keys WHERE expires_at < now()")
    }
}
