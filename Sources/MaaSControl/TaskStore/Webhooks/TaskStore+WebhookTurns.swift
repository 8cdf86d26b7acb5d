internal import MaaSCore

/// Chooses fairly among users with due webhook deliveries.
///
/// Few rows are read, however many deliveries are due: the oldest of all, and per user no more than that user's free
/// slots. When one user fills the oldest rows, the others are found by walking from user to user, starting where the
/// last round ended.
extension TaskStore {
    /// The most endpoints read to find users with due deliveries, and the most users walked beyond them.
    static let webhookHead = 1_000

    /// Takes due deliveries, one per endpoint, and leases their endpoints for `lifetime`. If the relay dies, another
    /// takes them when the lease expires.
    ///
    /// - Parameters:
    ///   - limit: the most deliveries in all.
    ///   - userLimit: the most under way per user.
    ///   - underway: those under way already, by user.
    package func takeWebhookDeliveries(
        limit: Int,
        userLimit: Int,
        underway: [String: Int],
        lifetime: Duration
    ) async throws -> [WebhookAssignment] {
        let users = try await self.usersWithDueWebhooks()
        if users.isEmpty { return [] }
        let turns = users.map { (user: $0, free: userLimit - underway[$0, default: 0]) }.filter { $0.free > 0 }
        let rows = try await self.pool.query(Self.taking(turns, limit: limit, lifetime: lifetime))
        var assignments: [WebhookAssignment] = []
        // All are leased by now: what fails for one must not cost the others their turn.
        for row in rows {
            do {
                let endpoint = try WebhookEndpoint(row)
                let heldUntil: Timestamp = try row.decode("held_until")
                if try row.decodeIfPresent("delivery", as: String.self) == nil {
                    // The delivery was added after this statement began; the next one sees it.
                    try await self.letGo(of: endpoint.id, heldUntil: heldUntil)
                } else {
                    let delivery = try WebhookDelivery(row)
                    assignments.append(WebhookAssignment(endpoint: endpoint, delivery: delivery, heldUntil: heldUntil))
                }
            } catch {
                self.logger.warning("cannot take a webhook endpoint; its lease will expire", [.error: "\(error)"])
            }
        }
        return assignments
    }

    private func usersWithDueWebhooks() async throws(PostgresError) -> [String] {
        var users: [String] = []
        var count = 0
        for row in try await self.pool.query(Self.dueWebhooks) {
            users.append(try row.decode("user_id"))
            count += try row.decode("count")
        }
        guard count == Self.webhookHead else { return users }
        let known = Set(users)
        let others = try await self.pool.query(Self.webhookUsers(after: self.lastWebhookUser))
        for row in others {
            let user: String = try row.decode("user_id")
            self.lastWebhookUser = user
            if !known.contains(user) { users.append(user) }
        }
        // At the end the walk starts over.
        if others.count < Self.webhookHead { self.lastWebhookUser = "" }
        return users
    }

    // MARK: SQL

    /// The users of the endpoints that have been due longest.
    static var dueWebhooks: PostgresQuery {
        """
        SELECT user_id, count(*) AS count FROM (
            SELECT user_id FROM webhook_endpoints
            WHERE due_at IS NOT NULL AND disabled_at IS NULL AND greatest(due_at, held_until) <= now()
            ORDER BY greatest(due_at, held_until) LIMIT \(Self.webhookHead)
        ) AS head GROUP BY user_id
        """
    }

    /// The next users with any delivery waiting, due or not: one index step each.
    static func webhookUsers(after user: String) -> PostgresQuery {
        """
        WITH RECURSIVE walk (user_id, step) AS (
            (SELECT user_id, 1 FROM webhook_endpoints
            WHERE due_at IS NOT NULL AND disabled_at IS NULL AND user_id > \(user) ORDER BY user_id LIMIT 1)
            UNION ALL
            SELECT next.user_id, walk.step + 1 FROM walk CROSS JOIN LATERAL (
                SELECT user_id FROM webhook_endpoints
                WHERE due_at IS NOT NULL AND disabled_at IS NULL AND user_id > walk.user_id ORDER BY user_id LIMIT 1
            ) AS next
            WHERE walk.step < \(Self.webhookHead)
        )
        SELECT user_id FROM walk
        """
    }

    /// Per user as many as are free; of those, the ones whose users have the fewest under way, then those due longest.
    /// Otherwise users with slow servers would gradually take all slots. `greatest` is written as in the users' index.
    static func taking(
        _ turns: [(user: String, free: Int)],
        limit: Int,
        lifetime: Duration
    ) -> PostgresQuery {
        """
        WITH turns AS (
            SELECT ready.*, t.user_id, t.free FROM unnest(\(.textArray(turns.map(\.user))), \(.intArray(turns.map(\.free)))) AS t (user_id, free)
            CROSS JOIN LATERAL (
                SELECT id, greatest(held_until, due_at) AS since FROM webhook_endpoints
                WHERE due_at IS NOT NULL AND disabled_at IS NULL AND user_id = t.user_id
                    AND greatest(held_until, due_at) <= now()
                ORDER BY greatest(held_until, due_at), id LIMIT t.free
            ) AS ready
        ), free AS (
            SELECT e.id FROM webhook_endpoints e JOIN (
                SELECT id FROM turns
                ORDER BY row_number() OVER (PARTITION BY user_id ORDER BY since, id) - free, since, id LIMIT \(limit)
            ) AS t USING (id)
            WHERE greatest(due_at, held_until) <= now() AND due_at IS NOT NULL AND disabled_at IS NULL
            FOR NO KEY UPDATE OF e SKIP LOCKED
        ), held AS (
            UPDATE webhook_endpoints e SET held_until = now() + make_interval(secs => \(lifetime.inSeconds))
            FROM free WHERE e.id = free.id
            RETURNING e.*
        )
        SELECT \(sql: WebhookEndpoint.columns), e.held_until, \(sql: WebhookDelivery.columns)
        FROM held e LEFT JOIN LATERAL (
            SELECT * FROM webhook_deliveries
            WHERE endpoint_id = e.id AND next_attempt_at <= now()
            ORDER BY next_attempt_at, created_at, id LIMIT 1
        ) d ON true
        """
    }
}
