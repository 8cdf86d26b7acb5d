package import MaaSCore

extension TaskStore {
    /// Releases an endpoint and recomputes when its next delivery is due, unless somebody else has taken it since.
    func letGo(of endpoint: String, heldUntil: Timestamp) async throws {
        try await self.pool.transaction { (transaction: PostgresConnection) async throws -> Void in
            // Adding a delivery locks this row until the commit. The lock is taken by a statement of its own: a
            // statement that waits for the lock would not see the new delivery in its snapshot.
            let held = try await transaction.query(
                """
                SELECT FROM webhook_endpoints WHERE id = \(endpoint) AND held_until = \(heldUntil)
                FOR NO KEY UPDATE
                """
            )
            guard !held.isEmpty else { return }
            try await transaction.execute(
                """
                UPDATE webhook_endpoints SET
                    held_until = NULL,
                    due_at = (SELECT min(next_attempt_at) FROM webhook_deliveries WHERE endpoint_id = \(endpoint))
                WHERE id = \(endpoint)
                """
            )
        }
    }

    /// Records the outcome of an assignment and releases its endpoint. Returns false when the lease was lost. If the
    /// delivery was restarted meanwhile, it is made anew, and only the endpoint is released.
    package func record(
        _ outcome: WebhookOutcome,
        _ verdict: WebhookSchedule.Verdict,
        of assignment: WebhookAssignment
    ) async throws -> Bool {
        let (endpoint, delivery) = (assignment.endpoint.id, assignment.delivery)
        return try await self.pool.transaction { transaction in
            // Waits for concurrent additions, so that none is missed below.
            let held = try await transaction.query(
                """
                SELECT FROM webhook_endpoints WHERE id = \(endpoint) AND held_until = \(assignment.heldUntil)
                FOR NO KEY UPDATE
                """
            )
            guard !held.isEmpty else { return false }
            let isCurrent =
                try await transaction.execute(
                    """
                    UPDATE webhook_deliveries SET
                        attempts = attempts + 1,
                        next_attempt_at = now() + make_interval(secs => \(verdict.delay?.inSeconds)),
                        delivered_at = CASE WHEN \(outcome.isSuccess) THEN now() END,
                        last_attempt_at = now(), last_status = \(outcome.status), last_error = \(outcome.error),
                        last_duration_ms = \(Int(outcome.duration.inSeconds * 1000))
                    WHERE id = \(delivery.id) AND attempts = \(delivery.attempts)
                        AND next_attempt_at IS NOT DISTINCT FROM \(delivery.nextAttempt)
                    """
                ) > 0
            let disabling = isCurrent ? verdict.disabling : nil
            try await transaction.execute(
                """
                UPDATE webhook_endpoints SET
                    failing_since = CASE WHEN NOT \(isCurrent) THEN failing_since
                        WHEN NOT \(outcome.isSuccess) THEN coalesce(failing_since, now()) END,
                    disabled_at = CASE WHEN \(disabling) IS NULL THEN disabled_at ELSE coalesce(disabled_at, now()) END,
                    disabled_reason = coalesce(disabled_reason, \(disabling)),
                    due_at = (SELECT min(next_attempt_at) FROM webhook_deliveries WHERE endpoint_id = \(endpoint)),
                    held_until = now() + make_interval(secs => \(verdict.pause?.inSeconds))
                WHERE id = \(endpoint)
                """
            )
            return true
        }
    }

    /// A page of the deliveries to a user's endpoints, newest first. It is empty when the user has no delivery `after`:
    /// see ``hasWebhookDelivery(_:user:)``.
    package func webhookDeliveries(
        of user: String,
        endpoint: String? = nil,
        task: TaskID? = nil,
        state: WebhookDelivery.State? = nil,
        after: String? = nil,
        limit: Int
    ) async throws(PostgresError) -> [WebhookDelivery] {
        let query = Self.webhookDeliveries(
            of: user,
            to: endpoint,
            about: task?.description,
            in: state,
            after: after,
            limit: limit
        )
        let rows = try await self.lists.take { () async throws(PostgresError) in try await self.pool.query(query) }
        var deliveries: [WebhookDelivery] = []
        for row in rows { deliveries.append(try WebhookDelivery(row)) }
        return deliveries
    }

    package func hasWebhookDelivery(_ id: String, user: String) async throws(PostgresError) -> Bool {
        try await !self.pool.query("SELECT FROM webhook_deliveries WHERE id = \(id) AND user_id = \(user)").isEmpty
    }

    static func webhookDeliveries(
        of user: String,
        to endpoint: String? = nil,
        about task: String? = nil,
        in state: WebhookDelivery.State? = nil,
        after: String? = nil,
        limit: Int
    ) -> PostgresQuery {
        """
        SELECT \(sql: WebhookDelivery.columns) FROM webhook_deliveries d
        WHERE \(deliveriesOf: user, to: endpoint, about: task, in: state) AND (\(after)::text IS NULL
            OR (d.created_at, d.id) < (
                SELECT a.created_at, a.id FROM webhook_deliveries a WHERE a.id = \(after) AND a.user_id = \(user)))
        ORDER BY d.created_at DESC, d.id DESC LIMIT \(limit)
        """
    }

    /// Restarts a delivery, finished or waiting, with all its attempts; nil when the user has no such delivery.
    package func redeliverWebhook(_ id: String, user: String) async throws(PostgresError) -> WebhookDelivery? {
        try await self.pool.query(
            """
            WITH told AS (
                UPDATE webhook_endpoints e SET due_at = least(due_at, date_trunc('milliseconds', now()))
                FROM webhook_deliveries d WHERE d.id = \(id) AND d.endpoint_id = e.id AND e.user_id = \(user)
                RETURNING e.id
            )
            UPDATE webhook_deliveries d SET
                attempts = 0, next_attempt_at = date_trunc('milliseconds', now()), delivered_at = NULL
            FROM told WHERE d.id = \(id)
            RETURNING \(sql: WebhookDelivery.columns)
            """
        ).first.map(WebhookDelivery.init)
    }
}

extension PostgresQuery.StringInterpolation {
    /// The condition that selects those of `user`'s deliveries that match. Unset criteria are left out, so that the
    /// planner finds the index for those that are set.
    fileprivate mutating func appendInterpolation(
        deliveriesOf user: String,
        to endpoint: String?,
        about task: String?,
        in state: WebhookDelivery.State?
    ) {
        self.appendLiteral("d.user_id = ")
        self.appendInterpolation(user)
        if let endpoint {
            self.appendLiteral(" AND d.endpoint_id = ")
            self.appendInterpolation(endpoint)
        }
        if let task {
            self.appendLiteral(" AND d.task_id = ")
            self.appendInterpolation(task)
        }
        switch state {
        case .waiting: self.appendLiteral(" AND d.delivered_at IS NULL AND d.next_attempt_at IS NOT NULL")
        case .delivered: self.appendLiteral(" AND d.delivered_at IS NOT NULL")
        case .failed: self.appendLiteral(" AND d.delivered_at IS NULL AND d.next_attempt_at IS NULL")
        case nil: break
        }
    }
}
