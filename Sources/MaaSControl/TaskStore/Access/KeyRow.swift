package import MaaSCore

/// An API key as stored in the database, without the key itself.
package struct KeyRow: Sendable, Hashable {
    /// The id by which it is revoked.
    package let id: String
    package let user: String
    /// The name its owner gave it.
    package let name: String
    package let scopes: Set<AccessScope>
    package let created: Timestamp
    /// Nil when it is valid until revoked.
    package let expires: Timestamp?
    /// Accurate to the minute; nil when it was never used.
    package let lastUsed: Timestamp?
    package let revoked: Timestamp?

    /// `infinity`, from manual SQL, means no expiry, and `-infinity` long ago. One key that cannot be read would fail
    /// all that are read with it.
    static let columns: StaticString = """
        id, user_id, name, array_to_string(scopes, ' ') AS scopes, created_at, last_used_at, revoked_at, \
        CASE expires_at WHEN 'infinity' THEN NULL WHEN '-infinity' THEN 'epoch' ELSE expires_at END AS expires_at
        """

    init(_ row: PostgresRow) throws(PostgresError) {
        self.id = try row.decode("id")
        self.user = try row.decode("user_id")
        self.name = try row.decode("name")
        self.scopes = Set(words: try row.decode("scopes"))
        self.created = try row.decode("created_at")
        self.expires = try row.decodeIfPresent("expires_at")
        self.lastUsed = try row.decodeIfPresent("last_used_at")
        self.revoked = try row.decodeIfPresent("revoked_at")
    }

    /// The JSON that clients and the audit log get.
    package var json: JSONValue {
        [
            "id": .string(self.id),
            "user": .string(self.user),
            "name": .string(self.name),
            "scopes": .array(self.scopes.names.map { .string($0) }),
            "created_at": .string("\(self.created)"),
            "expires_at": JSONValue(self.expires.map { "\($0)" }),
            "last_used_at": JSONValue(self.lastUsed.map { "\($0)" }),
            "revoked_at": JSONValue(self.revoked.map { "\($0)" }),
        ]
    }
}
