package import MaaSCore

extension TaskStore {
    /// Tasks that are gone through for one page of a list that leaves some out. Docs: decision 0021.
    package static let listReach = 20_000

    /// A page of a user's tasks, in the order of the filter: what comes behind `after`, less the first `offset`.
    package func tasks(
        of user: String,
        matching filter: TaskFilter = TaskFilter(),
        after: TaskID? = nil,
        offset: Int = 0,
        limit: Int
    ) async throws(PostgresError) -> [TaskRow] {
        // The first page is behind everything: ids are between "" and "~", so one statement serves all pages.
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

    /// How far one look at a user's tasks goes: the task that is ``listReach`` behind `after`, newest first. Nil when there
    /// are fewer.
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

    /// How many tasks of a user there are.
    package func taskCount(of user: String, matching filter: TaskFilter) async throws(PostgresError) -> Int {
        let rows = try await self.lists.take { () async throws(PostgresError) in
            try await self.pool.query("SELECT count(*) AS count FROM tasks WHERE \(tasksOf: user, matching: filter)")
        }
        return try rows.first?.decode("count") ?? 0
    }
}
