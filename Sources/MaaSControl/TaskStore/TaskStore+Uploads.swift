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

    /// Uploads whose time is over, `limit` at most. Their files go first, then they are forgotten.
    package func expiredUploads(limit: Int) async throws(PostgresError) -> [String] {
        var ids: [String] = []
        for row in try await self.pool.query(
            "SELECT id FROM uploads WHERE expires_at < now() ORDER BY expires_at LIMIT \(limit)"
        ) { ids.append(try row.decode("id")) }
        return ids
    }

    package func forgetUploads(_ ids: [String]) async throws(PostgresError) {
        try await self.pool.execute("DELETE FROM uploads WHERE id = ANY(\(.textArray(ids)))")
    }
}
