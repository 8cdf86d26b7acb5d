package import MaaSCore

/// A webhook's payload: an event of OpenAI's API, with the fields that Standard Webhooks requires.
package struct WebhookEvent: Sendable, Hashable {
    /// The same for all attempts and endpoints, so that a receiver can detect duplicates.
    package var id: String
    package var type: String
    package var task: String
    package var created: Timestamp

    package init(id: String, type: String, task: String, created: Timestamp) {
        self.id = id
        self.type = type
        self.task = task
        self.created = created
    }

    /// An event of a nonexistent task, for testing an endpoint.
    @LoopActor
    package static func test(_ type: WebhookEventType) -> WebhookEvent {
        WebhookEvent(
            id: "evt_test_" + Hexadecimal.encode(RandomBytes.shared.next(12)),
            type: type.rawValue,
            task: TaskID.make().description,
            created: .now()
        )
    }

    /// The bytes that are signed and sent: equal for equal events.
    package var body: [UInt8] {
        let document: JSONValue = [
            "id": .string(self.id),
            "object": "event",
            "type": .string(self.type),
            "created_at": .integer(self.created.seconds),
            "timestamp": .string("\(self.created)"),
            "data": ["id": .string(VideoID.prefix + self.task), "task_id": .string(self.task)],
        ]
        return document.encoded()
    }
}
