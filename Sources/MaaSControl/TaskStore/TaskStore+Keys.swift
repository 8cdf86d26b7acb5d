extension TaskStore {
    /// Makes a key for `user`, who comes into being with the first one. Returns its id, by which it is revoked.
    ///
    /// - Parameter hash: the SHA-256 of the key. The key itself is shown once and stored nowhere.
    package func createKey(user: String, name: String, hash: [UInt8]) async throws(PostgresError) -> String {
        let rows = try await self.pool.query(
            """
            WITH owner AS (INSERT INTO users (id) VALUES (\(user)) ON CONFLICT (id) DO NOTHING)
            INSERT INTO api_keys (id, user_id, name, hash)
            VALUES (gen_random_uuid()::text, \(user), \(name), \(.bytes(hash)))
            RETURNING id
            """
        )
        guard let row = rows.first else { throw PostgresError(.unexpectedValue, "no key was made") }
        return try row.decode("id")
    }

    /// Whose key this is; nil when there is none or it was revoked.
    package func user(forKeyHash hash: [UInt8]) async throws(PostgresError) -> String? {
        try await self.pool.query(
            "SELECT user_id FROM api_keys WHERE hash = \(.bytes(hash)) AND revoked_at IS NULL"
        ).first?.decode("user_id")
    }

    /// Notes that a key was used, to the minute: a busy key is not written with each request.
    package func touchKey(hash: [UInt8]) async throws(PostgresError) {
        try await self.pool.execute(
            """
            UPDATE api_keys SET last_used_at = now()
            WHERE hash = \(.bytes(hash)) AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
            """
        )
    }

    /// Makes the one key of a local installation, or replaces it.
    package func upsertLocalKey(user: String, hash: [UInt8]) async throws(PostgresError) {
        try await self.pool.execute(
            """
            WITH owner AS (INSERT INTO users (id) VALUES (\(user)) ON CONFLICT (id) DO NOTHING)
            INSERT INTO api_keys (id, user_id, name, hash) VALUES ('local', \(user), 'local', \(.bytes(hash)))
            ON CONFLICT (id) DO UPDATE SET user_id = excluded.user_id, hash = excluded.hash, revoked_at = NULL
            """
        )
    }

    /// Ends a key's life. Returns false when there is no such key, or it was revoked before.
    package func revokeKey(_ id: String) async throws(PostgresError) -> Bool {
        try await self.pool.execute(
            "UPDATE api_keys SET revoked_at = now() WHERE id = \(id) AND revoked_at IS NULL"
        ) > 0
    }
}
