package import MaaSCore

extension TaskStore {
    /// Any user's task; nil when there is none.
    package func task(_ id: TaskID) async throws(PostgresError) -> TaskRow? {
        try await self.rows("SELECT \(sql: TaskRow.columns) FROM tasks t WHERE id = \(id.description)").first
    }

    /// Those of these tasks that there are, whoever's they are.
    package func tasks(_ ids: [TaskID]) async throws(PostgresError) -> [TaskRow] {
        try await self.rows(
            "SELECT \(sql: TaskRow.columns) FROM tasks t WHERE id = ANY(\(.textArray(ids.map(\.description))))"
        )
    }

    /// A user's own task; nil when there is none, or it is somebody else's.
    package func task(_ id: TaskID, user: String) async throws(PostgresError) -> TaskRow? {
        try await self.rows(
            """
            SELECT \(sql: TaskRow.columns) FROM tasks t
            WHERE id = \(id.description) AND user_id = \(user) AND deleted_at IS NULL
            """
        ).first
    }

    /// A page of the queue in its order: what stands after `key`.
    package func queuedTasks(after key: QueueKey? = nil, limit: Int) async throws(PostgresError) -> [TaskRow] {
        let key = key ?? .beginning
        return try await self.rows(
            """
            SELECT \(sql: TaskRow.columns) FROM tasks t
            WHERE state = 'QUEUED' AND (priority, queued_at, id) > (\(key.rank), \(key.queued), \(key.id))
            ORDER BY priority, queued_at, id LIMIT \(limit)
            """
        )
    }

    /// All tasks whose job should exist, or have existed, in the cluster.
    package func runningTasks() async throws(PostgresError) -> [TaskRow] {
        try await self.rows("SELECT \(sql: TaskRow.columns) FROM tasks t WHERE state = 'RUNNING' ORDER BY id")
    }

    func rows(_ query: PostgresQuery) async throws(PostgresError) -> [TaskRow] {
        var tasks: [TaskRow] = []
        for row in try await self.pool.query(query) {
            var task = try TaskRow(row)
            task.expires = task.filesDeleted ?? self.expiry(of: task)
            tasks.append(task)
        }
        return tasks
    }

    /// When what a task has left behind is to be deleted.
    private func expiry(of task: TaskRow) -> Timestamp? {
        guard let ended = task.ended, let retention = self.retention else { return nil }
        return retention.lifetime(ofFilesOf: task.state, template: task.template).map { ended + $0 }
    }
}
