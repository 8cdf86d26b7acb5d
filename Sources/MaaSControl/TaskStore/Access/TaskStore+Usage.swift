extension TaskStore {
    /// The waiting and running tasks of `user` and of all users. The cost grows with running tasks and users, not with
    /// waiting tasks.
    package func usage(of user: String) async throws(PostgresError) -> UserUsage {
        let rows = try await self.pool.query(
            """
            WITH running AS (
                SELECT user_id, count(*) AS tasks, sum(COALESCE(gpus, 0)) AS gpus
                FROM tasks WHERE state = 'RUNNING' GROUP BY user_id
            ), waiting AS (
                SELECT user_id, sum(waiting) AS tasks FROM queue_depths WHERE waiting > 0 GROUP BY user_id
            ), active AS (
                SELECT user_id FROM running UNION SELECT user_id FROM waiting UNION SELECT \(user)::text
            ), usage AS (
                SELECT user_id = \(user) AS is_own, COALESCE(waiting.tasks, 0) AS waiting,
                    COALESCE(running.tasks, 0) AS running, COALESCE(running.gpus, 0) AS gpus,
                    COALESCE(users.weight, 1)::float8 AS weight
                FROM active LEFT JOIN waiting USING (user_id) LEFT JOIN running USING (user_id)
                    LEFT JOIN users ON users.id = user_id
            )
            SELECT sum(waiting) FILTER (WHERE is_own)::bigint AS own_waiting, sum(waiting)::bigint AS all_waiting,
                sum(running) FILTER (WHERE is_own)::bigint AS own_running, sum(running)::bigint AS all_running,
                sum(gpus) FILTER (WHERE is_own)::bigint AS own_gpus, sum(gpus)::bigint AS all_gpus,
                sum(weight) FILTER (WHERE is_own) / sum(weight) AS share
            FROM usage
            """
        )
        guard let row = rows.first else { throw PostgresError(.unexpectedValue, "a sum has one row") }
        return UserUsage(
            own: UserUsage.Tasks(
                waiting: try row.decode("own_waiting"),
                running: try row.decode("own_running"),
                gpus: try row.decode("own_gpus")
            ),
            all: UserUsage.Tasks(
                waiting: try row.decode("all_waiting"),
                running: try row.decode("all_running"),
                gpus: try row.decode("all_gpus")
            ),
            share: try row.decode("share")
        )
    }
}
