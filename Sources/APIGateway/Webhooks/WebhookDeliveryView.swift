internal import MaaSControl
internal import MaaSCore

/// A delivery as the owner of its endpoint sees it.
struct WebhookDeliveryView {
    let delivery: WebhookDelivery

    var json: JSONValue {
        let delivery = self.delivery
        return [
            "id": .string(delivery.id),
            "object": "webhook_delivery",
            "webhook_endpoint_id": .string(delivery.endpoint),
            "event_id": .string(delivery.event.id),
            "event_type": .string(delivery.event.type),
            "task_id": .string(delivery.event.task),
            "created_at": .integer(delivery.event.created.seconds),
            "status": .string(delivery.state.rawValue),
            "attempts": .integer(Int64(delivery.attempts)),
            "next_attempt_at": Self.second(delivery.nextAttempt),
            "delivered_at": Self.second(delivery.delivered),
            "last_attempt_at": Self.second(delivery.lastAttempt),
            "last_status_code": JSONValue(delivery.lastStatus),
            "last_error": JSONValue(delivery.lastError),
            "last_duration_ms": JSONValue(delivery.lastDuration.map { Int($0.inSeconds * 1000) }),
        ]
    }

    private static func second(_ time: Timestamp?) -> JSONValue { time.map { .integer($0.seconds) } ?? .null }
}
