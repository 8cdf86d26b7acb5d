internal import MaaSCore

extension PostgresConnection {
    /// Notes an act in the transaction that does it: neither is there without the other.
    ///
    /// - Parameters:
    ///   - target: what it is done to, by its id.
    ///   - before: what was there; nil when there was nothing.
    ///   - after: what is there now; nil when there is nothing.
    func record(
        _ action: AuditAction,
        target: String,
        before: JSONValue?,
        after: JSONValue?,
        by origin: AuditOrigin
    ) async throws(PostgresError) {
        try await self.execute(
            """
            INSERT INTO audit_log (actor, key_id, source, request_id, action, target, before, after)
            VALUES (\(origin.actor), \(origin.key), \(origin.source), \(origin.request),
                \(action.rawValue), \(target), \(before), \(after))
            """
        )
    }
}

extension TaskStore {
    /// Entries of the audit log, the newest first: those before the entry `after`.
    package func auditEntries(
        matching filter: AuditFilter = AuditFilter(),
        after: Int? = nil,
        limit: Int
    ) async throws(PostgresError) -> [AuditEntry] {
        var entries: [AuditEntry] = []
        for row in try await self.pool.query(
            """
            SELECT id, at, actor, key_id, source, request_id, action, target, before, after FROM audit_log
            WHERE id < \(after ?? Int.max) AND actor = COALESCE(\(filter.actor)::text, actor)
                AND action = COALESCE(\(filter.action)::text, action)
                AND target = COALESCE(\(filter.target)::text, target)
            ORDER BY id DESC LIMIT \(limit)
            """
        ) { entries.append(try AuditEntry(row)) }
        return entries
    }
}
