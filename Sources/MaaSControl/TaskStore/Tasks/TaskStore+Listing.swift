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
        let query = Self.listing(of: user, matching: filter, after: after, offset: offset, limit: limit)
        return try await self.lists.take { () async throws(PostgresError) in try await self.rows(query) }
    }

    /// All ids sort between "" and "~", so one statement serves the first page too.
    static func listing(
        of user: String,
        matching filter: TaskFilter,
        after: TaskID?,
        offset: Int,
        limit: Int
    ) -> PostgresQuery {
        if filter.isOldestFirst {
            return """
                SELECT \(sql: TaskRow.columns) FROM tasks t
                WHERE \(tasksOf: user, matching: filter) AND id > \(after?.description ?? "")
                ORDER BY user_id DESC, id OFFSET \(offset) LIMIT \(limit)
                """
        }
        return """
            SELECT \(sql: TaskRow.columns) FROM tasks t
            WHERE \(tasksOf: user, matching: filter) AND id < \(after?.description ?? "~")
            ORDER BY user_id, id DESC OFFSET \(offset) LIMIT \(limit)
            """
    }

    /// How far one scan of a user's tasks goes: the id of the task ``listReach`` behind `after`, newest first. Nil when
    /// there are fewer.
    package func oldestInReach(of user: String, behind after: TaskID? = nil) async throws(PostgresError) -> TaskID? {
        let query = Self.reach(of: user, behind: after, count: Self.listReach)
        let rows = try await self.lists.take { () async throws(PostgresError) in try await self.pool.query(query) }
        guard let row = rows.first else { return nil }
        return TaskID(try row.decode("id"))
    }

    /// The id of the task that is `count` behind `after`.
    static func reach(of user: String, behind after: TaskID?, count: Int) -> PostgresQuery {
        """
        SELECT id FROM tasks WHERE \(ownedBy: user) AND id < \(after?.description ?? "~")
        ORDER BY user_id, id DESC OFFSET \(count - 1) LIMIT 1
        """
    }

    /// The number of a user's tasks that match the filter.
    package func taskCount(of user: String, matching filter: TaskFilter) async throws(PostgresError) -> Int {
        let rows = try await self.lists.take { () async throws(PostgresError) in
            try await self.pool.query("SELECT count(*) AS count FROM tasks WHERE \(tasksOf: user, matching: filter)")
        }
        return try rows.first?.decode("count") ?? 0
    }
}
