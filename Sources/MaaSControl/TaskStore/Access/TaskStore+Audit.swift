internal import MaaSCore

extension PostgresConnection {
    /// Records an action in the transaction that performs it, so that neither exists without the other.
    ///
    /// - Parameters:
    ///   - target: the id of the object acted on.
    ///   - before: its state before; nil when it did not exist.
    ///   - after: its state after; nil when it no longer exists.
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
    /// Entries of the audit log before the entry `after`, newest first.
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
