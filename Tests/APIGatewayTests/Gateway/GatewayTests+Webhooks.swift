@testable internal import APIGateway
internal import MaaSControl
internal import MaaSCore
internal import MaaSTesting
internal import Testing

/// Endpoints that are told of what becomes of tasks.
extension GatewayTests {
    private func withWebhooks(
        except networks: [IPNetwork] = [IPNetwork("127.0.0.0/8")].compactMap { $0 },
        _ body: (GatewayScope) async throws -> Void
    ) async throws {
        try await GatewayScope.run(
            configure: {
                $0.webhooks.endpointLimit = 2
                $0.webhooks.timeout = .seconds(5)
                $0.outbound.allowedNetworks = networks
            },
            body
        )
    }

    private static let endpoint: JSONValue = [
        "name": "mine", "url": "https://example.com/hook", "event_types": ["video.failed", "video.completed"],
    ]

    @Test func anEndpointIsCreatedChangedAndDeletedLikeOpenAIs() async throws {
        try await self.withWebhooks { gateway in
            let made = try await gateway.send(.post, "/v1/webhook_endpoints", json: Self.endpoint)
            #expect(made.status == 200 && made.json["object"] == "webhook_endpoint" && made.json["enabled"] == true)
            #expect(made.json["event_types"] == ["video.completed", "video.failed"])
            let secret = try #require(made.json["signing_secret"]?.string)
            #expect(WebhookSecret(secret) != nil)
            let path = "/v1/webhook_endpoints/" + (made.json["id"]?.string ?? "")
            let seen = try await gateway.send(.get, path)
            #expect(seen.json["signing_secret"] == nil)
            #expect(seen.json["signing_secret_hint"]?.string == "whsec_…" + secret.suffix(4))
            let changed = try await gateway.send(.post, path, json: ["name": "other", "enabled": false])
            #expect(changed.json["name"] == "other" && changed.json["url"] == seen.json["url"])
            #expect(changed.json["enabled"] == false)
            #expect(changed.json["disabled_reason"] == "its owner disabled it")
            let list = try await gateway.send(.get, "/v1/webhook_endpoints")
            #expect(list.json["data"] == [changed.json] && list.json["has_more"] == false)
            let deleted = try await gateway.send(.delete, path)
            #expect(deleted.json["object"] == "webhook_endpoint.deleted" && deleted.json["deleted"] == true)
            #expect(try await gateway.send(.get, path).status == 404)
        }
    }

    @Test func everyFaultOfAnEndpointIsNamed() async throws {
        try await self.withWebhooks { gateway in
            let wrong: JSONValue = [
                "name": " ", "url": "ftp://example.com", "event_types": ["video.made"], "colour": "red",
            ]
            let answer = try await gateway.send(.post, "/v1/webhook_endpoints", json: wrong)
            #expect(answer.status == 422)
            #expect(Set(answer.faults) == ["name", "url", "event_types", "colour"])
            let none = try await gateway.send(.post, "/v1/webhook_endpoints", json: [:])
            #expect(Set(none.faults) == ["name", "url", "event_types"])
            for url in [
                "http://user:password@example.com", "/hook", "https://", "http://example.com:99999/",
                "javascript:alert(1)",
            ] {
                var endpoint = Self.endpoint
                endpoint["url"] = .string(url)
                let answer = try await gateway.send(.post, "/v1/webhook_endpoints", json: endpoint)
                #expect(answer.faults == ["url"], "\(url)")
            }
            for _ in 0..<2 {
                #expect(try await gateway.send(.post, "/v1/webhook_endpoints", json: Self.endpoint).status == 200)
            }
            let third = try await gateway.send(.post, "/v1/webhook_endpoints", json: Self.endpoint)
            #expect(third.status == 422 && third.json["code"] == "too_many_webhook_endpoints")
        }
    }

    @Test func aTestReportsTheAnswerAndBothSecretsSignAfterARotation() async throws {
        try await SupportProgram.withServer("http-server.py") { port in
            try await self.withWebhooks { gateway in
                var endpoint = Self.endpoint
                endpoint["url"] = .string("http://127.0.0.1:\(port)/hook/204,500/a")
                let made = try await gateway.send(.post, "/v1/webhook_endpoints", json: endpoint)
                let path = "/v1/webhook_endpoints/" + (made.json["id"]?.string ?? "")
                let rotated = try await gateway.send(.post, path + "/rotate_secret")
                #expect(rotated.json["signing_secret"] != made.json["signing_secret"])
                #expect(rotated.json["previous_secret_expires_at"]?.integer != nil)
                let good = try await gateway.send(.post, path + "/test", json: ["event_type": "video.failed"])
                #expect(good.status == 200 && good.json["status_code"] == 204 && good.json["success"] == true)
                let bad = try await gateway.send(.post, path + "/test")
                #expect(bad.json["status_code"] == 500 && bad.json["event_type"] == "video.completed")
                let wrong = try await gateway.send(.post, path + "/test", json: ["event_type": "x"])
                #expect(wrong.faults == ["event_type"])

                let taken = try await gateway.fetch("http://127.0.0.1:\(port)/hooked/2/a").json[0]
                let headers = try #require(taken?["headers"])
                let body = Array((taken?["body"]?.string ?? "").utf8)
                let second = try #require(headers["webhook-timestamp"]?.string.flatMap { Int64($0) })
                let expected = [rotated, made].compactMap { $0.json["signing_secret"]?.string }
                    .compactMap { WebhookSecret($0) }
                    .map { $0.signature(of: body, id: headers["webhook-id"]?.string ?? "", second: second) }
                #expect(headers["webhook-signature"]?.string == expected.joined(separator: " "))

                let leaked = try await gateway.send(
                    .post,
                    path + "/rotate_secret",
                    json: ["keep_old_secret_active_for_24_hours": false]
                )
                #expect(leaked.json["previous_secret_expires_at"] == .null)
            }
        }
    }

    @Test func anEndpointWithoutAPublicAddressIsNotCalled() async throws {
        try await SupportProgram.withServer("http-server.py") { port in
            try await self.withWebhooks(except: []) { gateway in
                var endpoint = Self.endpoint
                endpoint["url"] = .string("http://127.0.0.1:\(port)/hook/204/a")
                let made = try await gateway.send(.post, "/v1/webhook_endpoints", json: endpoint)
                let path = "/v1/webhook_endpoints/" + (made.json["id"]?.string ?? "")
                let answer = try await gateway.send(.post, path + "/test")
                #expect(answer.status == 422 && answer.faults == ["url"])
                #expect(answer.json["code"] == "webhook_endpoint_unreachable")
                #expect(try await gateway.fetch("http://127.0.0.1:\(port)/hooked/0/a").json == [])
            }
        }
    }

    @Test func concurrentTestsAreLimited() async throws {
        try await SupportProgram.withServer("http-server.py") { port in
            try await self.withWebhooks { gateway in
                var endpoint = Self.endpoint
                endpoint["url"] = .string("http://127.0.0.1:\(port)/hook/hang/a")
                let made = try await gateway.send(.post, "/v1/webhook_endpoints", json: endpoint)
                let path = "/v1/webhook_endpoints/\(made.json["id"]?.string ?? "")/test"
                let waiting = (0..<4).map { _ in Task { @LoopActor in try await gateway.send(.post, path) } }
                _ = try await gateway.fetch("http://127.0.0.1:\(port)/hooked/4/a")
                let fifth = try await gateway.send(.post, path)
                #expect(fifth.status == 429 && fifth.json["code"] == "too_many_tests")
                for task in waiting { #expect(try await task.value.json["code"] == "webhook_endpoint_unreachable") }
            }
        }
    }

    @Test func deliveriesAreListedAndRepeated() async throws {
        try await self.withWebhooks { gateway in
            let made = try await gateway.send(
                .post,
                "/v1/webhook_endpoints",
                json: [
                    "name": "n", "url": "https://example.com", "event_types": ["video.cancelled"],
                ]
            )
            let id = try await self.submit(gateway)
            _ = try await gateway.send(.post, "/v1/tasks/\(id)/cancel")
            let list = try await gateway.send(.get, "/v1/webhook_deliveries?task_id=\(id)&status=waiting")
            let delivery = try #require(list.json["data"]?[0])
            #expect(delivery["webhook_endpoint_id"] == made.json["id"] && delivery["task_id"] == .string(id))
            #expect(delivery["event_type"] == "video.cancelled" && delivery["event_id"] == .string("evt_\(id)"))
            let path = "/v1/webhook_deliveries/" + (delivery["id"]?.string ?? "")
            #expect(try await gateway.send(.post, path + "/redeliver").status == 202)
            #expect(try await gateway.send(.post, "/v1/webhook_deliveries/whd_0/redeliver").status == 404)
            let wrong = try await gateway.send(.get, "/v1/webhook_deliveries?limit=0&task_id=x&status=y")
            #expect(wrong.faults == ["limit", "task_id", "status"])
        }
    }

    @Test func aPageAfterADeliveryThatIsGoneIsRefused() async throws {
        try await self.withWebhooks { gateway in
            var task = Self.task
            task["webhook"] = ["url": "https://example.com/one"]
            let accepted = try await gateway.send(.post, "/v1/tasks", json: task)
            _ = try await gateway.send(.post, "/v1/tasks/\(accepted.json["task_id"]?.string ?? "")/cancel")
            let list = try await gateway.send(.get, "/v1/webhook_deliveries")
            let last = try #require(list.json["last_id"]?.string)
            let next = try await gateway.send(.get, "/v1/webhook_deliveries?after=\(last)")
            #expect(next.status == 200 && next.json["data"] == [] && next.json["has_more"] == false)
            try await gateway.execute("DELETE FROM webhook_deliveries WHERE id = \(last)")
            let gone = try await gateway.send(.get, "/v1/webhook_deliveries?after=\(last)")
            #expect(gone.status == 422 && gone.faults == ["after"])
        }
    }

    @Test func aTaskMayHaveItsOwnWebhook() async throws {
        try await self.withWebhooks { gateway in
            var task = Self.task
            task["webhook"] = ["url": "https://example.com/one"]
            let headers: HTTPHeaders = ["Idempotency-Key": "one"]
            let accepted = try await gateway.send(.post, "/v1/tasks", json: task, headers: headers)
            #expect(accepted.status == 202)
            let again = try await gateway.send(.post, "/v1/tasks", json: task, headers: headers)
            #expect(again.json["task_id"] == accepted.json["task_id"])
            let id = try #require(accepted.json["task_id"]?.string)
            _ = try await gateway.send(.post, "/v1/tasks/\(id)/cancel")
            let list = try await gateway.send(.get, "/v1/webhook_deliveries?task_id=\(id)")
            #expect(list.json["data"]?.array?.count == 1)
            #expect(try await gateway.send(.get, "/v1/webhook_endpoints").json["data"] == [])
            let standard = try await gateway.send(.get, "/v1/webhooks/default/secret")
            #expect(standard.json["key"]?.string.flatMap { WebhookSecret($0) } != nil)

            task["webhook"] = ["url": "x", "event_types": [], "secret": "whsec_short", "colour": 1]
            let wrong = try await gateway.send(.post, "/v1/tasks", json: task)
            let expected: Set = ["webhook.url", "webhook.event_types", "webhook.secret", "webhook.colour"]
            #expect(Set(wrong.faults) == expected)
        }
    }

    @Test func withoutAKeyThereAreNoWebhooks() async throws {
        try await GatewayScope.run(configure: { $0.webhooks.key = nil }) { gateway in
            let list = try await gateway.send(.get, "/v1/webhook_endpoints")
            #expect(list.status == 404)
            var task = Self.task
            task["webhook"] = ["url": "https://example.com/one"]
            let refused = try await gateway.send(.post, "/v1/tasks", json: task)
            #expect(refused.faults == ["webhook"])
        }
    }
}
