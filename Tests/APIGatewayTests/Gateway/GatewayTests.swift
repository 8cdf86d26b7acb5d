@testable internal import APIGateway
internal import MaaSControl
internal import MaaSCore
internal import Testing

/// One at a time: libwebsockets 4.1 closes one of its descriptors twice when a context ends, and the second time it may
/// be somebody else's by then.
@LoopActor
@Suite("The REST interface", .serialized, .enabled(if: GatewayScope.isPossible), .timeLimit(.minutes(1)))
struct GatewayTests {
    static let task: JSONValue = ["template": "demo", "parameters": ["prompt": "一只红狐狸"]]
    /// The head of a PNG of 800 × 480, and its end.
    static let picture: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8)
        + [0, 0, 3, 32, 0, 0, 1, 224, 8, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] + Array("IEND".utf8)
        + [0xAE, 0x42, 0x60, 0x82]

    func submit(_ gateway: GatewayScope) async throws -> String {
        let answer = try await gateway.send(.post, "/v1/tasks", json: Self.task)
        #expect(answer.status == 202)
        return try #require(answer.json["task_id"]?.string)
    }

    @Test func aTaskIsAcceptedAndShown() async throws {
        try await GatewayScope.run { gateway in
            let accepted = try await gateway.send(.post, "/v1/tasks", json: Self.task)
            #expect(accepted.status == 202)
            #expect(accepted.json["status"] == "QUEUED")
            #expect((accepted.json["position"]?.integer ?? 0) >= 1)
            let id = try #require(accepted.json["task_id"]?.string)
            let task = try await gateway.send(.get, "/v1/tasks/\(id)")
            #expect(task.json["parameters"]?["prompt"] == "一只红狐狸")
            #expect(task.json["parameters"]?["size"] == "832x480")
            #expect(task.json["has_image"] == false)
            #expect(task.json["error"] == .null)
            #expect(task.headers["cache-control"] == "no-store")
        }
    }

    @Test func everyFaultIsNamedAndNothingIsStored() async throws {
        try await GatewayScope.run { gateway in
            let answer = try await gateway.send(
                .post,
                "/v1/tasks",
                json: [
                    "template": "demo", "priority": "urgent", "colour": 1, "parameters": ["size": "1x1", "promt": "a"],
                ]
            )
            #expect(answer.status == 422)
            let expected: Set = ["priority", "colour", "parameters.size", "parameters.prompt", "parameters.promt"]
            #expect(Set(answer.faults) == expected)
            #expect(answer.json["error"]?["code"] == "invalid_parameters")
            let list = try await gateway.send(.get, "/v1/tasks")
            #expect(list.json["data"] == [])
        }
    }

    @Test func aBlankPromptIsRefusedByEveryAPI() async throws {
        try await GatewayScope.run { gateway in
            let blank: JSONValue = ["prompt": " \t\n\u{3000}"]
            let bodies: [(path: String, body: JSONValue, field: String)] = [
                ("/v1/tasks", ["template": "demo", "parameters": blank], "parameters.prompt"),
                ("/v1/videos", ["model": "demo", "prompt": blank["prompt"] ?? ""], "prompt"),
                (
                    "/api/v1/services/aigc/video-generation/video-synthesis", ["model": "demo", "input": blank],
                    "input.prompt"
                ),
            ]
            for (path, body, field) in bodies {
                let headers: HTTPHeaders = ["X-DashScope-Async": "enable"]
                let answer = try await gateway.send(.post, path, json: body, headers: headers)
                #expect(answer.status == 422, "\(path)")
                #expect(answer.faults == [field])
                #expect(answer.json["message"] == .string("\(field): must not be blank"))
            }
            #expect(try await gateway.send(.get, "/v1/tasks").json["data"] == [])
        }
    }

    @Test func theAnswerToManyFaultsIsShort() async throws {
        try await GatewayScope.run { gateway in
            var task = Self.task
            for number in 0..<1_000 { task["\(number)" + String(repeating: "é", count: 500)] = 1 }
            let answer = try await gateway.send(.post, "/v1/tasks", json: task)
            #expect(answer.status == 422)
            #expect(answer.faults.count == 100 && answer.faults.allSatisfy { (200...203).contains($0.utf8.count) })
            #expect(answer.faults.allSatisfy { $0.hasSuffix("é…") })
            #expect(answer.json["detail"]?.string?.hasSuffix("; 900 more") == true)
        }
    }

    @Test func aPictureGoesToTheObjectStoreFirst() async throws {
        try await GatewayScope.run { gateway in
            let answer = try await gateway.sendForm(Self.task.text, picture: Self.picture)
            #expect(answer.status == 202)
            let id = try #require(answer.json["task_id"]?.string)
            let image = try await gateway.send(.get, "/v1/tasks/\(id)/image", headers: ["Accept": "application/json"])
            let stored = try await gateway.fetch(try #require(image.json["url"]?.string))
            #expect(stored.bytes == Self.picture)
            #expect(stored.headers["content-type"] == "image/png")
            let other = try await gateway.sendForm(Self.task.text, picture: Array("GIF89a".utf8))
            #expect(other.status == 422)
            #expect(other.faults == ["image"])
        }
    }

    @Test func aValidKeyIsRequired() async throws {
        try await GatewayScope.run { gateway in
            let answer = try await gateway.send(.get, "/v1/tasks", key: APIKey("maas_guess"))
            #expect(answer.status == 401)
            #expect(answer.headers["www-authenticate"] == #"Bearer realm="maas""#)
        }
    }

    @Test func tasksAreListedByPages() async throws {
        try await GatewayScope.run { gateway in
            var ids: [String] = []
            for _ in 0..<3 { ids.append(try await self.submit(gateway)) }
            let first = try await gateway.send(.get, "/v1/tasks?limit=2")
            #expect(first.json["data"]?.array?.compactMap { $0["task_id"]?.string } == [ids[2], ids[1]])
            #expect(first.json["has_more"] == true)
            let last = try #require(first.json["last_id"]?.string)
            let second = try await gateway.send(.get, "/v1/tasks?limit=2&after=\(last)&status=queued")
            #expect(second.json["data"]?.array?.compactMap { $0["task_id"]?.string } == [ids[0]])
            #expect(second.json["has_more"] == false)
            let wrong = try await gateway.send(.get, "/v1/tasks?limit=0&after=x&status=y")
            #expect(wrong.faults == ["limit", "after", "status"])
        }
    }

    @Test func tasksAreFoundByTheirText() async throws {
        try await GatewayScope.run { gateway in
            let id = try await self.submit(gateway)
            let other = try await gateway.send(
                .post,
                "/v1/tasks",
                json: ["template": "demo", "parameters": ["prompt": "b"]]
            )
            #expect(other.status == 202)
            let text = PercentEncoding.encode("红狐")
            let found = try await gateway.send(.get, "/v1/tasks?q=\(text)")
            #expect(found.json["data"]?.array?.compactMap { $0["task_id"]?.string } == [id])
            let all = try await gateway.send(.get, "/v1/tasks?q=")
            #expect(all.json["data"]?.array?.count == 2)
            let long = try await gateway.send(.get, "/v1/tasks?q=\(String(repeating: "a", count: 201))")
            #expect(long.faults == ["q"])
        }
    }

    @Test func aUserSeesTheirLimitsAndUse() async throws {
        try await GatewayScope.run { gateway in
            _ = try await self.submit(gateway)
            #expect(
                try await gateway.store.setUserLimits(UserLimits(weight: 2, maximumRunningGPUs: 8), of: gateway.user)
            )
            let me = try await gateway.send(.get, "/v1/me")
            #expect(me.json["user"]?.string == gateway.user)
            #expect(me.json["scopes"] == ["submit", "read"])
            #expect(me.json["expires_at"] == .null)
            #expect(me.json["weight"] == 2)
            #expect(me.json["limits"] == ["waiting": 5, "running": .null, "gpus": 8])
            #expect(me.json["tasks"] == ["waiting": 1, "running": 0, "gpus": 0])
            #expect((me.json["all_tasks"]?["waiting"]?.integer ?? 0) >= 1)
            #expect(me.json["priorities"] == ["high", "normal", "low"])
            #expect(me.json["default_priority"] == "normal")
        }
    }

    @Test func aQueuedTaskIsCancelledAtOnce() async throws {
        try await GatewayScope.run { gateway in
            let id = try await self.submit(gateway)
            let answer = try await gateway.send(.post, "/v1/tasks/\(id)/cancel")
            #expect(answer.status == 202)
            #expect(answer.json["status"] == "CANCELLED")
            let again = try await gateway.send(.post, "/v1/tasks/\(id)/cancel")
            #expect(again.status == 202)
        }
    }

    @Test func templatesTicketsHealthAndThePageAreServed() async throws {
        try await GatewayScope.run { gateway in
            let templates = try await gateway.send(.get, "/v1/templates")
            #expect(templates.json["data"]?.array?.contains { $0["name"] == "demo" } == true)
            let ticket = try await gateway.send(.post, "/v1/events/tickets")
            let text = try #require(ticket.json["ticket"]?.string)
            // The relay's WebSocket takes 126 bytes of subprotocols.
            #expect("progress.v1, ticket.\(text)".utf8.count <= 126)
            let secret = EventSecrets(String(repeating: "s", count: 32))
            #expect(EventTicket(verifying: text, secret: secret, now: .now())?.user == gateway.user)
            let ready = try await gateway.fetch(gateway.url + "/readyz")
            #expect(ready.status == 200)
            let page = try await gateway.fetch(gateway.url + "/")
            let policy = try #require(page.headers["content-security-policy"])
            #expect(policy.hasPrefix("default-src 'none'; script-src 'self'; style-src 'self'; "))
            for lax in ["unsafe", "data:", "blob:", "*"] { #expect(!policy.contains(lax)) }
            let settings = try await gateway.fetch(gateway.url + "/page.json")
            #expect(settings.json == ["api_key": .null])
        }
    }

    @Test func thePagesKeyIsOnlyForLoopbackNames() async throws {
        let key = APIKey.make().text
        try await GatewayScope.run(pageKey: key) { gateway in
            let url = gateway.url + "/page.json"
            let own = try await gateway.fetch(url)
            #expect(own.json == ["api_key": .string(key)])
            let named = try await gateway.fetch(url, headers: ["Host": "localhost:8080"])
            #expect(named.json == ["api_key": .string(key)])
            let rebound = try await gateway.fetch(url, headers: ["Host": "rebound.example:8080"])
            #expect(rebound.status == 200)
            #expect(rebound.json == ["api_key": .null])
        }
    }
}
