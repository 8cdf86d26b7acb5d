internal import MaaSCore

@testable internal import MaaSControl

extension TaskStore {
    /// How many tasks wait, by class, counted from their rows: what ``queueDepths()`` is held against.
    func countQueued() async throws(PostgresError) -> [TaskPriority: Int] {
        var counts: [TaskPriority: Int] = [:]
        for row in try await self.pool.query(
            "SELECT priority, count(*) AS waiting FROM tasks WHERE state = 'QUEUED' GROUP BY priority"
        ) {
            if let priority = TaskPriority(rank: try row.decode("priority")) {
                counts[priority] = try row.decode("waiting")
            }
        }
        return counts
    }
}
