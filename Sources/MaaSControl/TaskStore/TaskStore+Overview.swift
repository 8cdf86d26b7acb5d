package import MaaSCore

extension TaskStore {
    /// What runs, of all users, what has run longest first.
    package func runningOverview(limit: Int) async throws(PostgresError) -> [RunningOverview] {
        var tasks: [RunningOverview] = []
        for row in try await self.pool.query(
            """
            SELECT id, user_id, template, priority, attempt, COALESCE(gpus, 0) AS gpus, stage, percent, started_at,
                array_to_string(nodes, ' ') AS nodes
            FROM tasks WHERE state = 'RUNNING' ORDER BY started_at, id LIMIT \(limit)
            """
        ) { tasks.append(try RunningOverview(row)) }
        return tasks
    }

    /// How many tasks run and how many GPUs they have, by user and class: all of them, whatever is listed.
    package func runningTotals() async throws(PostgresError) -> [RunningTotal] {
        var totals: [RunningTotal] = []
        for row in try await self.pool.query(
            """
            SELECT user_id, priority, count(*) AS tasks, COALESCE(sum(gpus), 0)::bigint AS gpus
            FROM tasks WHERE state = 'RUNNING' GROUP BY user_id, priority
            """
        ) { totals.append(try RunningTotal(row)) }
        return totals
    }

    /// Since when the oldest task of each class has waited, by the class's place.
    package func oldestQueued() async throws(PostgresError) -> [Int: Timestamp] {
        var times: [Int: Timestamp] = [:]
        for row in try await self.pool.query(
            "SELECT priority, min(queued_at) AS oldest FROM tasks WHERE state = 'QUEUED' GROUP BY priority"
        ) { times[try row.decode("priority")] = try row.decode("oldest") }
        return times
    }
}
