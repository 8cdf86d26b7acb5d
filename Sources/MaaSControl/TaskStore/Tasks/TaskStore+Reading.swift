package import MaaSCore

extension TaskStore {
    /// A task of any user; nil when there is none.
    package func task(_ id: TaskID) async throws(PostgresError) -> TaskRow? {
        try await self.rows("SELECT \(sql: TaskRow.columns) FROM tasks t WHERE id = \(id.description)").first
    }

    /// The tasks with these ids, of any user, in queue order; missing ones are left out.
    package func tasks(_ ids: some Collection<TaskID>) async throws(PostgresError) -> TaskReading {
        try await self.reading(
            """
            SELECT \(sql: TaskRow.columns) FROM tasks t
            WHERE id = ANY(\(.textArray(ids.map(\.description)))) ORDER BY priority, queued_at, id
            """
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

    /// Throws when one of the rows cannot be read.
    func rows(_ query: PostgresQuery) async throws(PostgresError) -> [TaskRow] {
        var tasks: [TaskRow] = []
        for row in try await self.pool.query(query) { tasks.append(try self.decode(row)) }
        return tasks
    }

    func reading(_ query: PostgresQuery) async throws(PostgresError) -> TaskReading {
        var reading = TaskReading()
        for row in try await self.pool.query(query) {
            do {
                reading.tasks.append(try self.decode(row))
            } catch {
                // A row without a valid id belongs to no task.
                if let id = try? row.decode("id", by: TaskID.init) { reading.unreadable[id] = error }
            }
        }
        return reading
    }

    private func decode(_ row: PostgresRow) throws(PostgresError) -> TaskRow {
        var task = try TaskRow(row)
        task.expires = task.filesDeleted ?? self.expiry(of: task)
        return task
    }

    /// When the task's files are to be deleted.
    private func expiry(of task: TaskRow) -> Timestamp? {
        guard let ended = task.ended, let retention = self.retention else { return nil }
        return retention.lifetime(ofFilesOf: task.state, template: task.template).map { ended + $0 }
    }
}
