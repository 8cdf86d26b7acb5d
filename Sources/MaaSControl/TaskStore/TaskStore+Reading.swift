package import MaaSCore

extension TaskStore {
    /// A task of any user; nil when there is none.
    package func task(_ id: TaskID) async throws(PostgresError) -> TaskRow? {
        try await self.rows("SELECT \(sql: TaskRow.columns) FROM tasks t WHERE id = \(id.description)").first
    }

    /// The tasks with these ids, of any user; missing ones are left out.
    package func tasks(_ ids: [TaskID]) async throws(PostgresError) -> [TaskRow] {
        try await self.rows(
            "SELECT \(sql: TaskRow.columns) FROM tasks t WHERE id = ANY(\(.textArray(ids.map(\.description))))"
        )
    }

    /// A task of this user; nil when there is none, or it is somebody else's.
    package func task(_ id: TaskID, user: String) async throws(PostgresError) -> TaskRow? {
        try await self.rows(
            """
            SELECT \(sql: TaskRow.columns) FROM tasks t
            WHERE id = \(id.description) AND user_id = \(user) AND deleted_at IS NULL
            """
        ).first
    }

    /// A page of the queue in order: the tasks after `key`.
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

    /// All running tasks: those with a job in the cluster, now, before or soon.
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

    /// When the task's files are to be deleted.
    private func expiry(of task: TaskRow) -> Timestamp? {
        guard let ended = task.ended, let retention = self.retention else { return nil }
        return retention.lifetime(ofFilesOf: task.state, template: task.template).map { ended + $0 }
    }
}
