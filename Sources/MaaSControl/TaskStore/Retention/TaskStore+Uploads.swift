internal import MaaSCore

extension TaskStore {
    /// Reserves an upload; returns false when the user has `limit` unused ones already, or `total` in all.
    package func addUpload(
        _ id: String,
        user: String,
        lifetime: Duration,
        limit: Int,
        total: Int = .max
    ) async throws -> Bool {
        try await self.pool.transaction { connection in
            try await connection.lock(user: user)
            return try await connection.execute(
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
    }

    /// Claims an upload for the single file that may be sent for it; returns false when another was before.
    package func claimUpload(_ id: String, user: String) async throws(PostgresError) -> Bool {
        try await self.pool.execute(
            """
            UPDATE uploads SET received_at = now()
            WHERE id = \(id) AND user_id = \(user) AND expires_at > now() AND received_at IS NULL
            """
        ) > 0
    }

    /// Releases a claim after the file could not be stored.
    package func unclaimUpload(_ id: String) async throws(PostgresError) {
        try await self.pool.execute("UPDATE uploads SET received_at = NULL WHERE id = \(id)")
    }

    /// Records that a task was created from an upload.
    package func noteUse(ofUpload id: String) async throws(PostgresError) {
        try await self.pool.execute("UPDATE uploads SET used_at = now() WHERE id = \(id) AND used_at IS NULL")
    }

    /// Whether the user has such an upload.
    package func hasUpload(_ id: String, user: String) async throws(PostgresError) -> Bool {
        try await self.pool.query(
            "SELECT 1 AS there FROM uploads WHERE id = \(id) AND user_id = \(user) AND expires_at > now()"
        ).isEmpty == false
    }
}
