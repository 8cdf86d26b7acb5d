internal import MaaSCore

extension WebhookDelivery {
    /// The columns that ``init(_:)`` reads. `d` is the delivery.
    static let columns: StaticString = """
        d.id AS delivery, d.endpoint_id, d.event_id, d.type, d.task_id, d.created_at, d.attempts, d.next_attempt_at, \
        d.delivered_at, d.last_attempt_at, d.last_status, d.last_error, d.last_duration_ms
        """

    init(_ row: PostgresRow) throws(PostgresError) {
        self.id = try row.decode("delivery")
        self.endpoint = try row.decode("endpoint_id")
        self.event = WebhookEvent(
            id: try row.decode("event_id"),
            type: try row.decode("type"),
            task: try row.decode("task_id"),
            created: try row.decode("created_at")
        )
        self.attempts = try row.decode("attempts")
        self.nextAttempt = try row.decodeIfPresent("next_attempt_at")
        self.delivered = try row.decodeIfPresent("delivered_at")
        self.lastAttempt = try row.decodeIfPresent("last_attempt_at")
        self.lastStatus = try row.decodeIfPresent("last_status")
        self.lastError = try row.decodeIfPresent("last_error")
        let milliseconds: Int? = try row.decodeIfPresent("last_duration_ms")
        self.lastDuration = milliseconds.map { .milliseconds($0) }
    }
}
