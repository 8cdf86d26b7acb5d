package import MaaSCore

extension TaskStore {
    /// The running tasks of all users, longest-running first.
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

    /// The number of running tasks and their GPUs, by user and class, without a limit.
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

    /// The queueing time of the oldest waiting task of each class, by rank.
    package func oldestQueued() async throws(PostgresError) -> [Int: Timestamp] {
        var times: [Int: Timestamp] = [:]
        for row in try await self.pool.query(
            "SELECT priority, min(queued_at) AS oldest FROM tasks WHERE state = 'QUEUED' GROUP BY priority"
        ) { times[try row.decode("priority")] = try row.decode("oldest") }
        return times
    }
}
