internal import MaaSCore

extension TaskStore {
    /// Notes room for an upload; false when the user has `limit` of them already.
    package func addUpload(
        _ id: String,
        user: String,
        lifetime: Duration,
        limit: Int
    ) async throws(PostgresError) -> Bool {
        try await self.pool.execute(
            """
            INSERT INTO uploads (id, user_id, expires_at)
            SELECT \(id), \(user), now() + make_interval(secs => \(lifetime.inSeconds))
            WHERE (SELECT count(*) FROM uploads WHERE user_id = \(user) AND expires_at > now()) < \(limit)
            """
        ) > 0
    }

    /// Whether there is such an upload, and it is the user's.
    package func hasUpload(_ id: String, user: String) async throws(PostgresError) -> Bool {
        try await self.pool.query(
            "SELECT 1 AS there FROM uploads WHERE id = \(id) AND user_id = \(user) AND expires_at > now()"
        ).isEmpty == false
    }
}
