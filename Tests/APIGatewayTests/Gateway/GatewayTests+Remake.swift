@testable internal import APIGateway
internal import MaaSControl
internal import MaaSCore
internal import Testing

/// Tasks that are made from earlier ones: retries, and OpenAI's remixes.
extension GatewayTests {
    private static let secret = WebhookSecret(bytes: [UInt8](repeating: 7, count: 32))

    /// Submits a task with everything that a repetition keeps, and cancels it.
    private func submitWhole(_ gateway: GatewayScope) async throws -> String {
        var task = Self.task
        task["priority"] = "low"
        task["labels"] = ["a": "b"]
        task["webhook"] = [
            "url": "https://example.com/one", "event_types": ["video.cancelled"], "secret": .string(Self.secret.text),
        ]
        let id = try #require(try await gateway.send(.post, "/v1/tasks", json: task).json["task_id"]?.string)
        _ = try await gateway.send(.post, "/v1/tasks/\(id)/cancel")
        return id
    }

    @Test("A retry and a remix keep priority, labels and webhook, whose secret is sealed for the new endpoint")
    func wholeRepetition() async throws {
        try await GatewayScope.run { gateway in
            let first = try await self.submitWhole(gateway)
            let remix = "/v1/videos/video_\(first)/remix"
            let ids = [
                try await gateway.send(.post, "/v1/tasks/\(first)/retry").json["task_id"]?.string,
                try await gateway.send(.post, remix, json: ["prompt": "x"]).json["id"]?.string?
                    .replacing("video_", with: ""),
            ]
            for id in ids {
                let id = try #require(id.flatMap { TaskID($0) })
                let task = try await gateway.send(.post, "/v1/tasks/\(id)/cancel").json
                #expect(task["priority"] == "low" && task["labels"] == ["a": "b"])
                #expect(task["derived_from"] == .string(first))
                let deliveries = try await gateway.send(.get, "/v1/webhook_deliveries?task_id=\(id)").json["data"]?
                    .array
                #expect(deliveries?.map { $0["event_type"] } == ["video.cancelled"])
                let endpoint = try #require(try await gateway.store.webhookEndpoint(ofTask: id, user: gateway.user))
                #expect(endpoint.url == "https://example.com/one")
                let keyring = WebhookKeyring(String(repeating: "k", count: 32))
                #expect(keyring.secrets(of: endpoint, at: .now()) == [Self.secret])
            }
        }
    }

    @Test("A webhook that can no longer be called as before refuses the repetition")
    func impossibleWebhook() async throws {
        try await GatewayScope.run { gateway in
            let first = try await self.submitWhole(gateway)
            try await gateway.execute("UPDATE webhook_endpoints SET secret = '\\x00' WHERE task_id = \(first)")
            let unreadable = try await gateway.send(.post, "/v1/tasks/\(first)/retry")
            #expect(unreadable.status == 422 && unreadable.faults == ["webhook.secret"])
            try await gateway.execute(
                "UPDATE webhook_endpoints SET secret = NULL, url = 'ftp://example.com' WHERE task_id = \(first)"
            )
            let remix = "/v1/videos/video_\(first)/remix"
            let forbidden = try await gateway.send(.post, remix, json: ["prompt": "x", "size": "640x640"])
            #expect(forbidden.faults == ["webhook.url", "size"])
        }
    }

    @Test("A repeated retry gets the same answer, whatever has become of the earlier task's webhook")
    func repeatedRetry() async throws {
        try await GatewayScope.run { gateway in
            let first = try await self.submitWhole(gateway)
            let retry: () async throws -> GatewayScope.Answer = {
                try await gateway.send(.post, "/v1/tasks/\(first)/retry", headers: ["Idempotency-Key": "again"])
            }
            let id = try await retry().json["task_id"]
            #expect(id != nil)
            try await gateway.execute("UPDATE webhook_endpoints SET secret = '\\x00' WHERE task_id = \(first)")
            #expect(try await retry().json["task_id"] == id)
            try await gateway.execute("DELETE FROM webhook_endpoints WHERE task_id = \(first)")
            #expect(try await retry().json["task_id"] == id)
        }
    }

    @Test("A webhook that was disabled is not called for a repetition")
    func disabledWebhook() async throws {
        try await GatewayScope.run { gateway in
            let first = try await self.submitWhole(gateway)
            try await gateway.execute("UPDATE webhook_endpoints SET disabled_at = now() WHERE task_id = \(first)")
            let again = try await gateway.send(.post, "/v1/tasks/\(first)/retry")
            let id = try #require(again.json["task_id"]?.string)
            #expect(try await gateway.count("SELECT count(*) FROM webhook_endpoints WHERE task_id = \(id)") == 0)
        }
    }

    @Test("Without webhooks on this service, a repetition has none")
    func repetitionWithoutWebhooks() async throws {
        try await GatewayScope.run(configure: { $0.webhooks.key = nil }) { gateway in
            let first = try await self.submit(gateway)
            let task = try #require(TaskID(first))
            let endpoint = WebhookEndpoint(
                id: WebhookEndpoint.makeID(),
                user: gateway.user,
                task: task,
                name: "of the task",
                url: "https://example.com/one",
                eventTypes: ["video.cancelled"],
                secret: nil
            )
            try await gateway.store.addWebhookEndpoint(endpoint)
            _ = try await gateway.send(.post, "/v1/tasks/\(first)/cancel")
            let again = try await gateway.send(.post, "/v1/tasks/\(first)/retry")
            #expect(again.status == 202)
        }
    }
}
