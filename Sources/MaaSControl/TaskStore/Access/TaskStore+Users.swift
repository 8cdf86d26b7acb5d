package import MaaSCore

extension TaskStore {
    /// Users in order of id, after `after`.
    package func users(after: String = "", limit: Int) async throws(PostgresError) -> [UserRow] {
        var users: [UserRow] = []
        for row in try await self.pool.query(
            """
            \(sql: Self.userColumns)
            WHERE u.id > \(after) ORDER BY u.id LIMIT \(limit)
            """
        ) { users.append(try UserRow(row)) }
        return users
    }

    /// One user; nil when there is none with that id.
    package func user(_ id: String) async throws(PostgresError) -> UserRow? {
        try await self.pool.query("\(sql: Self.userColumns) WHERE u.id = \(id)").first.map(UserRow.init)
    }

    /// Creates the row of a user who authenticated without one.
    package func noteUser(_ id: String) async throws(PostgresError) {
        try await self.pool.execute("INSERT INTO users (id) VALUES (\(id)) ON CONFLICT (id) DO NOTHING")
    }

    private static let userColumns: StaticString = """
        SELECT u.id, u.created_at, u.weight, u.max_running_tasks, u.max_running_gpus, u.max_queued_tasks,
            COALESCE((SELECT sum(waiting) FROM queue_depths WHERE user_id = u.id), 0)::bigint AS waiting,
            COALESCE(r.tasks, 0) AS running, COALESCE(r.gpus, 0) AS gpus
        FROM users u LEFT JOIN (
            SELECT user_id, count(*) AS tasks, sum(gpus)::bigint AS gpus FROM tasks
            WHERE state = 'RUNNING' GROUP BY user_id
        ) r ON r.user_id = u.id
        """

    /// Sets a user's limits; creates the user if needed.
    ///
    /// - Returns: Whether the user existed before.
    @discardableResult
    package func setUserLimits(
        _ limits: UserLimits,
        of user: String,
        by origin: AuditOrigin = .program
    ) async throws -> Bool {
        try await self.pool.transaction { connection in
            let before = try await connection.query(
                """
                SELECT weight, max_running_tasks, max_running_gpus, max_queued_tasks FROM users
                WHERE id = \(user) FOR UPDATE
                """
            ).first.map { try UserLimits($0) }
            try await connection.execute(
                """
                INSERT INTO users (id, weight, max_running_tasks, max_running_gpus, max_queued_tasks)
                VALUES (\(user), \(limits.weight), \(limits.maximumRunningTasks),
                    \(limits.maximumRunningGPUs), \(limits.maximumQueuedTasks))
                ON CONFLICT (id) DO UPDATE SET
                    weight = excluded.weight, max_running_tasks = excluded.max_running_tasks,
                    max_running_gpus = excluded.max_running_gpus, max_queued_tasks = excluded.max_queued_tasks
                """
            )
            try await connection.record(.setUser, target: user, before: before?.json, after: limits.json, by: origin)
            return before != nil
        }
    }
}

extension PostgresConnection {
    /// Lets concurrent transactions that add something of this user run one after the other, so that each counts what
    /// the others have added.
    func lock(user: String) async throws(PostgresError) {
        _ = try await self.query("SELECT FROM users WHERE id = \(user) FOR NO KEY UPDATE")
    }
}
