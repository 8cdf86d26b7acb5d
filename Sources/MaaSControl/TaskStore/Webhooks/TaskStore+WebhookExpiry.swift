internal import MaaSCore

extension TaskStore {
    /// The most deliveries deleted at once.
    package static let webhookSweepSize = 1_000
    /// The most endpoints looked at per sweep.
    package static let endpointSweepSize = 5_000

    /// Deletes deliveries that have been finished, or undeliverable, for `lifetime`; returns how many, at most
    /// ``webhookSweepSize``.
    package func sweepWebhookDeliveries(lifetime: Duration) async throws(PostgresError) -> Int {
        try await self.pool.execute(
            """
            DELETE FROM webhook_deliveries WHERE id IN (
                SELECT id FROM webhook_deliveries
                WHERE coalesce(next_attempt_at, last_attempt_at) < now() - make_interval(secs => \(lifetime.inSeconds))
                LIMIT \(Self.webhookSweepSize)
            )
            """
        )
    }

    /// Deletes endpoints of single tasks that are gone, which have no deliveries any more: while the task is there, it
    /// may be repeated. Returns how many.
    ///
    /// Most endpoints stay for as long as their tasks, so each call goes through one page of them, on from where the
    /// last one ended, and then starts over.
    package func sweepWebhookEndpoints(
        lifetime: Duration,
        pageSize: Int = TaskStore.endpointSweepSize
    ) async throws(PostgresError) -> Int {
        let query = Self.webhookEndpointSweep(after: self.lastSweptEndpoint, lifetime: lifetime, pageSize: pageSize)
        guard let row = try await self.pool.query(query).first else { return 0 }
        let count: Int = try row.decode("looked_at")
        self.lastSweptEndpoint = count < pageSize ? "" : try row.decode("last")
        return try row.decode("deleted")
    }

    /// `OFFSET 0` keeps the planner from reading all deliveries or tasks for the few that are looked up.
    static func webhookEndpointSweep(after last: String, lifetime: Duration, pageSize: Int) -> PostgresQuery {
        """
        WITH page AS (
            SELECT id, task_id, created_at FROM webhook_endpoints WHERE id > \(last) ORDER BY id LIMIT \(pageSize)
        ), done AS (
            SELECT id FROM page
            WHERE task_id IS NOT NULL AND created_at < now() - make_interval(secs => \(lifetime.inSeconds))
                AND NOT EXISTS (SELECT FROM webhook_deliveries WHERE endpoint_id = page.id OFFSET 0)
                AND NOT EXISTS (SELECT FROM tasks WHERE id = page.task_id OFFSET 0)
        ), gone AS (
            DELETE FROM webhook_endpoints e USING done WHERE e.id = done.id RETURNING e.id
        )
        SELECT (SELECT count(*) FROM page) AS looked_at, (SELECT max(id) FROM page) AS last,
            (SELECT count(*) FROM gone) AS deleted
        """
    }
}
