package import MaaSCore

extension TaskStore {
    /// The most tasks scanned for one page of a filtered list. See decision 0021.
    package static let listReach = 20_000

    /// A page of a user's tasks, in the order of the filter: those after `after`, without the first `offset`.
    package func tasks(
        of user: String,
        matching filter: TaskFilter = TaskFilter(),
        after: TaskID? = nil,
        offset: Int = 0,
        limit: Int
    ) async throws(PostgresError) -> [TaskRow] {
        // All ids sort between "" and "~", so one statement serves the first page too.
        if filter.isOldestFirst {
            return try await self.lists.take { () async throws(PostgresError) in
                try await self.rows(
                    """
                    SELECT \(sql: TaskRow.columns) FROM tasks t
                    WHERE \(tasksOf: user, matching: filter) AND id > \(after?.description ?? "")
                    ORDER BY id OFFSET \(offset) LIMIT \(limit)
                    """
                )
            }
        }
        return try await self.lists.take { () async throws(PostgresError) in
            try await self.rows(
                """
                SELECT \(sql: TaskRow.columns) FROM tasks t
                WHERE \(tasksOf: user, matching: filter) AND id < \(after?.description ?? "~")
                ORDER BY id DESC OFFSET \(offset) LIMIT \(limit)
                """
            )
        }
    }

    /// How far one scan of a user's tasks goes: the id of the task ``listReach`` behind `after`, newest first. Nil when
    /// there are fewer.
    package func oldestInReach(of user: String, behind after: TaskID? = nil) async throws(PostgresError) -> TaskID? {
        let rows = try await self.lists.take { () async throws(PostgresError) in
            try await self.pool.query(
                """
                SELECT id FROM tasks WHERE user_id = \(user) AND id < \(after?.description ?? "~")
                ORDER BY id DESC OFFSET \(Self.listReach - 1) LIMIT 1
                """
            )
        }
        guard let row = rows.first else { return nil }
        return TaskID(try row.decode("id"))
    }

    /// The number of a user's tasks that match the filter.
    package func taskCount(of user: String, matching filter: TaskFilter) async throws(PostgresError) -> Int {
        let rows = try await self.lists.take { () async throws(PostgresError) in
            try await self.pool.query("SELECT count(*) AS count FROM tasks WHERE \(tasksOf: user, matching: filter)")
        }
        return try rows.first?.decode("count") ?? 0
    }
}
