package import MaaSCore

extension TaskStore {
    /// The number of waiting tasks, by user and class.
    package func queueDepths() async throws(PostgresError) -> [String: [TaskPriority: Int]] {
        var depths: [String: [TaskPriority: Int]] = [:]
        for row in try await self.pool.query("SELECT user_id, priority, waiting FROM queue_depths WHERE waiting > 0") {
            if let priority = TaskPriority(rank: try row.decode("priority")) {
                let user: String = try row.decode("user_id")
                depths[user, default: [:]][priority] = try row.decode("waiting")
            }
        }
        return depths
    }

    /// Creates the rows that a user's submissions lock, one for each of `classes` classes.
    package func prepareQueueDepths(of user: String, classes: Int) async throws(PostgresError) {
        try await self.pool.execute(
            """
            INSERT INTO queue_depths (user_id, priority, waiting)
            SELECT \(user), rank, 0 FROM generate_series(0, \(classes) - 1) AS rank ORDER BY rank
            ON CONFLICT (user_id, priority) DO NOTHING
            """
        )
    }
}
