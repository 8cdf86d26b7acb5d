internal import MaaSCore

extension TaskStore {
    /// Stores a task as queued; returns once it is durable. Tasks submitted at the same time are committed together.
    ///
    /// May be repeated with the same id: a task that is there already is left as it is.
    package func submit(_ task: NewTask) async throws(PostgresError) { try await self.inserter.insert(task) }

    /// Stores tasks as queued, all or none of them. Those that are there already are left as they are.
    package func insert(_ tasks: [NewTask]) async throws(PostgresError) {
        try await self.pool.execute(TaskInserter.query(tasks))
    }
}
