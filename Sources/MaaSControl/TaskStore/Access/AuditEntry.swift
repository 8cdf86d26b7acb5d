package import MaaSCore

/// An entry of the audit log.
package struct AuditEntry: Sendable, Hashable {
    package let id: Int
    package let time: Timestamp
    package let origin: AuditOrigin
    /// An ``AuditAction``, or one of a newer version.
    package let action: String
    package let target: String
    package let before: JSONValue?
    package let after: JSONValue?

    init(_ row: PostgresRow) throws(PostgresError) {
        self.id = try row.decode("id")
        self.time = try row.decode("at")
        self.origin = AuditOrigin(
            actor: try row.decode("actor"),
            key: try row.decodeIfPresent("key_id"),
            source: try row.decode("source"),
            request: try row.decodeIfPresent("request_id")
        )
        self.action = try row.decode("action")
        self.target = try row.decode("target")
        self.before = try row.decodeIfPresent("before")
        self.after = try row.decodeIfPresent("after")
    }

    package var json: JSONValue {
        [
            "id": JSONValue(self.id),
            "at": .string("\(self.time)"),
            "actor": .string(self.origin.actor),
            "key_id": JSONValue(self.origin.key),
            "source": .string(self.origin.source),
            "request_id": JSONValue(self.origin.request),
            "action": .string(self.action),
            "target": .string(self.target),
            "before": self.before ?? .null,
            "after": self.after ?? .null,
        ]
    }
}
