package import MaaSCore

extension TaskStore {
    /// The ids of all queued tasks: the cheapest way to compare with them.
    package func queuedTaskIDs() async throws(PostgresError) -> Set<TaskID> {
        try await self.ids(where: "state = 'QUEUED'")
    }

    /// The ids of all running tasks: those with a job in the cluster, now, before or soon.
    package func runningTaskIDs() async throws(PostgresError) -> Set<TaskID> {
        try await self.ids(where: "state = 'RUNNING'")
    }

    /// - Parameter condition: the literal one of an index.
    private func ids(where condition: StaticString) async throws(PostgresError) -> Set<TaskID> {
        var ids: Set<TaskID> = []
        var last = ""
        while true {
            let rows = try await self.pool.query(
                """
                SELECT id FROM tasks WHERE \(sql: condition) AND id > \(last)
                ORDER BY id LIMIT \(Self.pageSize)
                """
            )
            for row in rows {
                last = try row.decode("id")
                if let id = TaskID(last) { ids.insert(id) }
            }
            if rows.count < Self.pageSize { return ids }
        }
    }

    /// The last tasks that completed within 30 days, at most `limit`, oldest first.
    package func lastCompleted(limit: Int) async throws(PostgresError) -> TaskReading {
        try await self.reading(
            """
            SELECT * FROM (
                SELECT \(sql: TaskRow.columns) FROM tasks t
                WHERE ended_at > now() - interval '30 days' AND state = 'COMPLETED'
                ORDER BY ended_at DESC LIMIT \(limit)
            ) AS last ORDER BY ended_at
            """
        )
    }

    private static let pageSize = 10_000
}
