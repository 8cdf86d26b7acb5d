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
