internal import MaaSCore

extension TaskStore {
    /// Notes room for an upload; false when the user has `limit` of them already that no task was made of, or `total` in all.
    package func addUpload(
        _ id: String,
        user: String,
        lifetime: Duration,
        limit: Int,
        total: Int = .max
    ) async throws(PostgresError) -> Bool {
        try await self.pool.execute(
            """
            INSERT INTO uploads (id, user_id, expires_at)
            SELECT \(id), \(user), now() + make_interval(secs => \(lifetime.inSeconds))
            FROM (
                SELECT count(*) AS of_all, count(*) FILTER (WHERE used_at IS NULL) AS unused
                FROM uploads WHERE user_id = \(user) AND expires_at > now()
            ) AS open
            WHERE unused < \(limit) AND of_all < \(total)
            """
        ) > 0
    }

    /// Takes an upload for the one file that may come to us for it; false when another one came before.
    package func claimUpload(_ id: String, user: String) async throws(PostgresError) -> Bool {
        try await self.pool.execute(
            """
            UPDATE uploads SET received_at = now()
            WHERE id = \(id) AND user_id = \(user) AND expires_at > now() AND received_at IS NULL
            """
        ) > 0
    }

    /// Gives back what was claimed: the file did not get where it was to go.
    package func unclaimUpload(_ id: String) async throws(PostgresError) {
        try await self.pool.execute("UPDATE uploads SET received_at = NULL WHERE id = \(id)")
    }

    /// Notes that a task was made of an upload.
    package func noteUse(ofUpload id: String) async throws(PostgresError) {
        try await self.pool.execute("UPDATE uploads SET used_at = now() WHERE id = \(id) AND used_at IS NULL")
    }

    /// Whether there is such an upload, and it is the user's.
    package func hasUpload(_ id: String, user: String) async throws(PostgresError) -> Bool {
        try await self.pool.query(
            "SELECT 1 AS there FROM uploads WHERE id = \(id) AND user_id = \(user) AND expires_at > now()"
        ).isEmpty == false
    }
}
