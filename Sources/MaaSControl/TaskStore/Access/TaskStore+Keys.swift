package import MaaSCore

extension TaskStore {
    /// Creates a key for `user`, and the user with the first key. Nil when the user has `limit` valid keys. Throws
    /// ``AuthorizingKeyInvalid`` when the key of `origin` is no longer valid, because its keys would outlive it, and
    /// ``DailyKeysExceeded`` when the user has made `dailyLimit` of them in a day, valid or not; keys that others made
    /// for the user do not count.
    ///
    /// - Parameters:
    ///   - name: the owner's name for it.
    ///   - hash: the SHA-256 of the key. The key itself is shown once and never stored.
    ///   - scopes: at least one.
    ///   - expires: nil when it is valid until revoked.
    package func createKey(
        user: String,
        name: String,
        hash: [UInt8],
        scopes: Set<AccessScope> = .standard,
        expires: Timestamp? = nil,
        limit: Int,
        dailyLimit: Int = .max,
        by origin: AuditOrigin = .program
    ) async throws -> KeyRow? {
        try await self.pool.transaction { connection in
            try await connection.execute("INSERT INTO users (id) VALUES (\(user)) ON CONFLICT (id) DO NOTHING")
            try await connection.lock(user: user)
            if let maker = origin.key {
                let there = try await connection.query(
                    """
                    SELECT FROM api_keys
                    WHERE id = \(maker) AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now()) FOR SHARE
                    """
                )
                if there.isEmpty { throw AuthorizingKeyInvalid() }
            }
            let counts = try await connection.query(
                """
                SELECT count(*) FILTER (
                        WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
                    ) AS valid,
                    count(*) FILTER (
                        WHERE created_at > now() - interval '1 day' AND EXISTS (
                            SELECT FROM audit_log
                            WHERE target = api_keys.id AND actor = user_id
                                AND action = \(AuditAction.createKey.rawValue)
                        )
                    ) AS recent
                FROM api_keys WHERE user_id = \(user)
                """
            )[0]
            let (valid, recent): (Int, Int) = (try counts.decode("valid"), try counts.decode("recent"))
            guard valid < limit else { return nil }
            if recent >= dailyLimit { throw DailyKeysExceeded() }
            let rows = try await connection.query(
                """
                INSERT INTO api_keys (id, user_id, name, hash, scopes, expires_at)
                VALUES (gen_random_uuid()::text, \(user), \(name), \(.bytes(hash)),
                    \(.textArray(scopes.names)), \(expires))
                RETURNING \(sql: KeyRow.columns)
                """
            )
            guard let row = rows.first else { throw PostgresError(.unexpectedValue, "no key was made") }
            let key = try KeyRow(row)
            try await connection.record(.createKey, target: key.id, before: nil, after: key.json, by: origin)
            return key
        }
    }

    /// Creates a key for `user` without a limit.
    package func createKey(
        user: String,
        name: String,
        hash: [UInt8],
        scopes: Set<AccessScope> = .standard,
        expires: Timestamp? = nil,
        by origin: AuditOrigin = .program
    ) async throws -> KeyRow {
        let key = try await self.createKey(
            user: user,
            name: name,
            hash: hash,
            scopes: scopes,
            expires: expires,
            limit: .max,
            by: origin
        )
        guard let key else { throw PostgresError(.unexpectedValue, "no key was made") }
        return key
    }

    /// The valid key with this hash; nil when there is none, or it was revoked or has expired.
    package func key(hash: [UInt8]) async throws(PostgresError) -> KeyRow? {
        try await self.pool.query(
            """
            SELECT \(sql: KeyRow.columns) FROM api_keys
            WHERE hash = \(.bytes(hash)) AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
            """
        ).first.map(KeyRow.init)
    }

    /// The valid keys with these hashes, by hash.
    package func keys(hashes: [[UInt8]]) async throws(PostgresError) -> [[UInt8]: KeyRow] {
        let asked = PostgresValue.textArray(hashes.map { Hexadecimal.encode($0) })
        let rows = try await self.pool.query(
            """
            SELECT \(sql: KeyRow.columns), asked.digest
            FROM unnest(\(asked)) AS asked (digest) JOIN api_keys ON hash = decode(asked.digest, 'hex')
            WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
            """
        )
        var keys: [[UInt8]: KeyRow] = [:]
        for row in rows {
            let digest: String = try row.decode("digest")
            if let hash = Hexadecimal.decode(digest) { keys[hash] = try KeyRow(row) }
        }
        return keys
    }

    /// A user's keys that were not revoked: the valid ones before those that have expired, each newest first. Expired
    /// keys are not limited in number, so they come last.
    package func validKeysFirst(of user: String, limit: Int) async throws(PostgresError) -> [KeyRow] {
        try await self.pool.query(
            """
            SELECT \(sql: KeyRow.columns) FROM api_keys
            WHERE revoked_at IS NULL AND user_id = \(user)
            ORDER BY coalesce(expires_at > now(), true) DESC, created_at DESC, id DESC LIMIT \(limit)
            """
        ).map(KeyRow.init)
    }

    /// Keys that were not revoked, newest first, of `user` or of all users.
    ///
    /// - Parameter after: the id of the last key of the previous page.
    package func keys(
        of user: String?,
        after: String? = nil,
        limit: Int
    ) async throws(PostgresError) -> [KeyRow] {
        try await self.pool.query(
            """
            SELECT \(sql: KeyRow.columns) FROM api_keys
            WHERE revoked_at IS NULL AND user_id = COALESCE(\(user)::text, user_id)
                AND (\(after)::text IS NULL
                    OR (created_at, id) < (SELECT created_at, id FROM api_keys WHERE id = \(after)::text))
            ORDER BY created_at DESC, id DESC LIMIT \(limit)
            """
        ).map(KeyRow.init)
    }

    /// Whether there is a key with this id, valid or not.
    package func hasKey(_ id: String) async throws(PostgresError) -> Bool {
        try await !self.pool.query("SELECT FROM api_keys WHERE id = \(id)").isEmpty
    }

    /// Any user's keys that were revoked within the last `span`, the earliest first.
    package func revokedKeys(within span: Duration) async throws(PostgresError) -> [Revocation] {
        var revocations: [Revocation] = []
        for row in try await self.pool.query(
            """
            SELECT id, user_id, revoked_at FROM api_keys
            WHERE revoked_at > now() - make_interval(secs => \(span.inSeconds)) ORDER BY revoked_at, id
            """
        ) {
            revocations.append(
                Revocation(
                    key: try row.decode("id"),
                    user: try row.decode("user_id"),
                    time: try row.decode("revoked_at")
                )
            )
        }
        return revocations
    }

    /// Records the use of keys, to the minute, so that a busy key is not written with each request. Locks them in order
    /// of id, so that concurrent updates cannot deadlock.
    package func touchKeys(_ ids: [String]) async throws(PostgresError) {
        try await self.pool.execute(
            """
            UPDATE api_keys k SET last_used_at = now()
            FROM (
                SELECT id FROM api_keys
                WHERE id = ANY(\(.textArray(ids)))
                    AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
                ORDER BY id FOR NO KEY UPDATE
            ) AS used
            WHERE k.id = used.id
            """
        )
    }

    /// Creates or replaces the single key of a local installation, with all scopes.
    package func upsertLocalKey(user: String, hash: [UInt8]) async throws(PostgresError) {
        let scopes = PostgresValue.textArray(Set(AccessScope.allCases).names)
        try await self.pool.execute(
            """
            WITH owner AS (INSERT INTO users (id) VALUES (\(user)) ON CONFLICT (id) DO NOTHING)
            INSERT INTO api_keys (id, user_id, name, hash, scopes)
            VALUES ('local', \(user), 'local', \(.bytes(hash)), \(scopes))
            ON CONFLICT (id) DO UPDATE SET
                user_id = excluded.user_id, hash = excluded.hash, scopes = excluded.scopes, revoked_at = NULL
            """
        )
    }

    /// Revokes the key `id`, or all keys of `user`; with both, the key if it is that user's. Returns those revoked now,
    /// without those that were revoked before.
    package func revokeKeys(
        id: String? = nil,
        user: String? = nil,
        by origin: AuditOrigin = .program
    ) async throws -> [KeyRow] {
        guard id != nil || user != nil else { return [] }
        return try await self.pool.transaction { connection in
            // A key being created for this user is either visible now, or its creation finds its own key revoked.
            if let user { try await connection.lock(user: user) }
            let rows = try await connection.query(
                """
                UPDATE api_keys SET revoked_at = now() WHERE id IN (
                    SELECT id FROM api_keys
                    WHERE revoked_at IS NULL AND id = COALESCE(\(id)::text, id)
                        AND user_id = COALESCE(\(user)::text, user_id)
                    ORDER BY id FOR UPDATE
                )
                RETURNING \(sql: KeyRow.columns)
                """
            )
            let keys = try rows.map { try KeyRow($0) }
            for key in keys {
                var before = key.json
                before["revoked_at"] = .null
                try await connection.record(.revokeKey, target: key.id, before: before, after: key.json, by: origin)
            }
            return keys
        }
    }
}
