package import MaaSCore

extension TaskStore {
    /// Stores an endpoint; returns false when its user has `limit` of them already. Endpoints of single tasks do not
    /// count.
    package func addWebhookEndpoint(_ endpoint: WebhookEndpoint, limit: Int) async throws -> Bool {
        try await self.pool.transaction { connection in
            try await connection.lock(user: endpoint.user)
            let own: Int = try await connection.query(
                "SELECT count(*) FROM webhook_endpoints WHERE user_id = \(endpoint.user) AND task_id IS NULL"
            )[0].decode("count")
            guard own < limit else { return false }
            try await connection.execute(Self.insertion(of: endpoint))
            return true
        }
    }

    /// Stores an endpoint without a limit.
    package func addWebhookEndpoint(_ endpoint: WebhookEndpoint) async throws(PostgresError) {
        try await self.pool.execute(Self.insertion(of: endpoint))
    }

    private static func insertion(of endpoint: WebhookEndpoint) -> PostgresQuery {
        """
        INSERT INTO webhook_endpoints (id, user_id, task_id, name, url, event_types, secret, created_at, updated_at)
        VALUES (\(endpoint.id), \(endpoint.user), \(endpoint.task?.description), \(endpoint.name), \(endpoint.url),
            \(.textArray(endpoint.eventTypes)), \(.bytes(endpoint.secret)), \(endpoint.created), \(endpoint.created))
        """
    }

    /// An endpoint of this user; nil when there is none, or it is somebody else's.
    package func webhookEndpoint(_ id: String, user: String) async throws(PostgresError) -> WebhookEndpoint? {
        try await self.pool.query(
            """
            SELECT \(sql: WebhookEndpoint.columns) FROM webhook_endpoints e
            WHERE id = \(id) AND user_id = \(user) AND task_id IS NULL
            """
        ).first.map(WebhookEndpoint.init)
    }

    /// The endpoint of a single task of this user; nil when it has none, none any more, or one that is disabled.
    package func webhookEndpoint(ofTask task: TaskID, user: String) async throws(PostgresError) -> WebhookEndpoint? {
        try await self.pool.query(
            """
            SELECT \(sql: WebhookEndpoint.columns) FROM webhook_endpoints e
            WHERE task_id = \(task.description) AND user_id = \(user) AND disabled_at IS NULL
            """
        ).first.map(WebhookEndpoint.init)
    }

    /// A page of a user's endpoints, newest first, without those of single tasks.
    package func webhookEndpoints(
        of user: String,
        after: String? = nil,
        limit: Int
    ) async throws(PostgresError) -> [WebhookEndpoint] {
        // Ids sort by time.
        let rows = try await self.pool.query(
            """
            SELECT \(sql: WebhookEndpoint.columns) FROM webhook_endpoints e
            WHERE user_id = \(user) AND task_id IS NULL AND id < \(after ?? "~")
            ORDER BY id DESC LIMIT \(limit)
            """
        )
        var endpoints: [WebhookEndpoint] = []
        for row in rows { endpoints.append(try WebhookEndpoint(row)) }
        return endpoints
    }

    /// Changes the given properties; nil when the user has no such endpoint. Enabling one resets its failures, and ends
    /// its pause if it was disabled: otherwise a delivery may be under way, and there must not be two.
    package func updateWebhookEndpoint(
        _ id: String,
        user: String,
        name: String? = nil,
        url: String? = nil,
        eventTypes: [String]? = nil,
        isEnabled: Bool? = nil
    ) async throws(PostgresError) -> WebhookEndpoint? {
        try await self.pool.query(
            """
            UPDATE webhook_endpoints e SET
                name = coalesce(\(name), name), url = coalesce(\(url), url),
                event_types = coalesce(nullif(\(.textArray(eventTypes ?? [])), '{}'), event_types),
                disabled_at = CASE WHEN \(isEnabled) THEN NULL WHEN NOT \(isEnabled) THEN coalesce(disabled_at, now())
                    ELSE disabled_at END,
                disabled_reason = CASE WHEN \(isEnabled) THEN NULL
                    WHEN NOT \(isEnabled) THEN coalesce(disabled_reason, 'its owner disabled it') ELSE disabled_reason END,
                failing_since = CASE WHEN \(isEnabled) THEN NULL ELSE failing_since END,
                held_until = CASE WHEN \(isEnabled) AND disabled_at IS NOT NULL THEN NULL ELSE held_until END,
                updated_at = now()
            WHERE id = \(id) AND user_id = \(user) AND task_id IS NULL
            RETURNING \(sql: WebhookEndpoint.columns)
            """
        ).first.map(WebhookEndpoint.init)
    }

    /// Replaces an endpoint's secret; nil when the user has no such endpoint.
    ///
    /// - Parameter keepingOld: how long the old secret signs as well.
    package func rotateWebhookSecret(
        _ id: String,
        user: String,
        to secret: [UInt8],
        keepingOld: Duration?
    ) async throws(PostgresError) -> WebhookEndpoint? {
        try await self.pool.query(
            """
            UPDATE webhook_endpoints e SET
                previous_secret = CASE WHEN \(keepingOld?.inSeconds) IS NOT NULL THEN secret END,
                previous_secret_expires_at = now() + make_interval(secs => \(keepingOld?.inSeconds)),
                secret = \(.bytes(secret)), updated_at = now()
            WHERE id = \(id) AND user_id = \(user) AND task_id IS NULL
            RETURNING \(sql: WebhookEndpoint.columns)
            """
        ).first.map(WebhookEndpoint.init)
    }

    /// A page of all endpoints, of all users and of single tasks, in order of id.
    package func webhookEndpoints(after id: String, limit: Int) async throws(PostgresError) -> [WebhookEndpoint] {
        var endpoints: [WebhookEndpoint] = []
        for row in try await self.pool.query(
            """
            SELECT \(sql: WebhookEndpoint.columns) FROM webhook_endpoints e
            WHERE id > \(id) ORDER BY id LIMIT \(limit)
            """
        ) { endpoints.append(try WebhookEndpoint(row)) }
        return endpoints
    }

    /// Replaces the sealed secrets of `old` by those of `new`; returns false when they have changed meanwhile.
    package func replaceWebhookSecrets(
        of old: WebhookEndpoint,
        by new: WebhookEndpoint
    ) async throws(PostgresError) -> Bool {
        try await self.pool.execute(
            """
            UPDATE webhook_endpoints SET secret = \(.bytes(new.secret)), previous_secret = \(.bytes(new.previousSecret))
            WHERE id = \(old.id) AND secret IS NOT DISTINCT FROM \(.bytes(old.secret))
                AND previous_secret IS NOT DISTINCT FROM \(.bytes(old.previousSecret))
            """
        ) > 0
    }

    /// Deletes an endpoint and all its deliveries; returns false when the user has no such endpoint.
    ///
    /// - Parameter task: the single task that the endpoint is of; nil for the user's endpoints of all tasks.
    package func deleteWebhookEndpoint(
        _ id: String,
        user: String,
        ofTask task: TaskID? = nil
    ) async throws(PostgresError) -> Bool {
        try await self.pool.execute(
            """
            DELETE FROM webhook_endpoints
            WHERE id = \(id) AND user_id = \(user) AND task_id IS NOT DISTINCT FROM \(task?.description)
            """
        ) > 0
    }
}
