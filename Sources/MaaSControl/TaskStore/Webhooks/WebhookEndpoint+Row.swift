internal import MaaSCore

extension WebhookEndpoint {
    /// The columns that ``init(_:)`` reads. `e` is the endpoint. The names differ from a delivery's.
    static let columns: StaticString = """
        e.id AS endpoint, e.user_id, e.task_id AS endpoint_task, e.name, e.url, to_jsonb(e.event_types) AS event_types, \
        e.secret, e.previous_secret, e.previous_secret_expires_at, e.disabled_at, e.disabled_reason, e.failing_since, \
        e.created_at AS endpoint_created_at, e.updated_at
        """

    init(_ row: PostgresRow) throws(PostgresError) {
        let eventTypes: JSONValue = try row.decode("event_types")
        self.init(
            id: try row.decode("endpoint"),
            user: try row.decode("user_id"),
            task: try row.decodeIfPresent("endpoint_task").flatMap { TaskID($0) },
            name: try row.decode("name"),
            url: try row.decode("url"),
            eventTypes: (eventTypes.array ?? []).compactMap(\.string),
            secret: try row.bytes("secret"),
            created: try row.decode("endpoint_created_at")
        )
        self.previousSecret = try row.bytes("previous_secret")
        self.previousSecretExpiry = try row.decodeIfPresent("previous_secret_expires_at")
        self.disabled = try row.decodeIfPresent("disabled_at")
        self.disabledReason = try row.decodeIfPresent("disabled_reason")
        self.failingSince = try row.decodeIfPresent("failing_since")
        self.updated = try row.decode("updated_at")
    }
}
