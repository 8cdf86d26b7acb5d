@testable internal import APIGateway
internal import MaaSControl
internal import MaaSCore
internal import Testing

/// A tenant who knows another one's ids. Each of them is answered exactly as one that never was.
extension GatewayTests {
    private struct Attempt: Sendable {
        let method: HTTPMethod
        /// With `ID` for the task's.
        let path: String
        var json: JSONValue?
    }

    private static let attempts: [Attempt] = [
        Attempt(method: .get, path: "/v1/tasks/ID"),
        Attempt(method: .delete, path: "/v1/tasks/ID"),
        Attempt(method: .post, path: "/v1/tasks/ID/cancel"),
        Attempt(method: .post, path: "/v1/tasks/ID/retry", json: [:]),
        Attempt(method: .get, path: "/v1/tasks/ID/content"),
        Attempt(method: .get, path: "/v1/tasks/ID/content?variant=thumbnail"),
        Attempt(method: .get, path: "/v1/tasks/ID/image"),
        Attempt(method: .get, path: "/v1/tasks/ID/preview"),
        Attempt(method: .get, path: "/v1/tasks/ID/logs"),
        Attempt(
            method: .post,
            path: "/v1/tasks",
            json: [
                "template": "demo", "parameters": ["prompt": "a"], "image": ["task_id": "ID"],
            ]
        ),
        Attempt(method: .get, path: "/v1/videos/video_ID"),
        Attempt(method: .delete, path: "/v1/videos/video_ID"),
        Attempt(method: .get, path: "/v1/videos/video_ID/content"),
        Attempt(method: .get, path: "/v1/videos/video_ID/content?variant=spritesheet"),
        Attempt(method: .post, path: "/v1/videos/video_ID/remix", json: ["prompt": "a"]),
        Attempt(method: .get, path: "/api/v1/tasks/ID"),
        Attempt(method: .post, path: "/api/v1/tasks/ID/cancel"),
        Attempt(method: .get, path: "/api/v1/tasks/ID/cancel"),
        Attempt(method: .get, path: "/v1/tasks?after=ID&q=ID"),
        Attempt(method: .get, path: "/v1/videos?after=video_ID"),
    ]

    /// Tried by the other tests here or, a key of another user's, of `KeyTests`; a model belongs to nobody.
    private static let otherRoutes: Set = [
        "POST /api/v1/uploads/{id}", "GET /v1/webhook_endpoints/{id}", "POST /v1/webhook_endpoints/{id}",
        "DELETE /v1/webhook_endpoints/{id}", "POST /v1/webhook_endpoints/{id}/rotate_secret",
        "POST /v1/webhook_endpoints/{id}/test", "POST /v1/webhook_deliveries/{id}/redeliver", "DELETE /v1/keys/{id}",
        "GET /v1/models/{id}",
    ]

    @Test func everyRouteWithAnIDIsTried() async throws {
        try await GatewayScope.run { gateway in
            let tried = Self.attempts.map { attempt in
                let path = String(attempt.path.prefix { $0 != "?" })
                let route = path.replacing("video_ID", with: "{id}").replacing("ID", with: "{id}")
                return "\(attempt.method.rawValue) \(route)"
            }
            let routes = gateway.routes.filter { $0.contains("{id}") && !$0.contains(" /v1/admin/") }
            #expect(routes.subtracting(tried) == Self.otherRoutes)
        }
    }

    private func answer(_ attempt: Attempt, _ id: String, _ key: APIKey, _ gateway: GatewayScope) async throws -> String
    {
        let answer = try await gateway.send(
            attempt.method,
            attempt.path.replacing("ID", with: id),
            json: try attempt.json.map { try JSONValue(parsing: Array($0.text.replacing("ID", with: id).utf8)) },
            headers: ["X-Request-ID": "same"],
            key: key
        )
        #expect(answer.status != 401 && answer.status != 403 && answer.status < 500, "\(attempt.path)")
        let body = String(decoding: answer.bytes, as: UTF8.self).replacing(id, with: "ID")
        return "\(answer.status) \(answer.headers["content-type"] ?? "") \(body)"
    }

    @Test func anotherUsersTaskLooksLikeAnUnknownOne() async throws {
        try await GatewayScope.run { gateway in
            let queued = try await self.submit(gateway)
            let over = try await self.submit(gateway)
            _ = try await gateway.send(.post, "/v1/tasks/\(over)/cancel")
            let before = try await gateway.send(.get, "/v1/tasks").json["data"]
            let everything = Set(AccessScope.allCases)
            let hostile = try await gateway.key(scopes: everything, user: gateway.user + "-hostile")
            for attempt in Self.attempts {
                // Younger than both, so that as a cursor it has them behind it.
                let never = try await self.answer(attempt, "\(TaskID.make())", hostile, gateway)
                if attempt.path.hasPrefix("/v1/tasks/ID") { #expect(never.hasPrefix("404 "), "\(attempt.path)") }
                for id in [queued, over] {
                    let theirs = try await self.answer(attempt, id, hostile, gateway)
                    #expect(theirs == never, "\(attempt.method.rawValue) \(attempt.path)")
                }
            }
            #expect(try await gateway.send(.get, "/v1/tasks").json["data"] == before)
        }
    }

    @Test func listsOnlyHaveTheUsersOwnTasks() async throws {
        try await GatewayScope.run { gateway in
            let hostile = try await gateway.key(scopes: [.submit, .read], user: gateway.user + "-hostile")
            let own = try await gateway.send(.post, "/v1/tasks", json: Self.task, key: hostile)
            let ownID = try #require(own.json["task_id"]?.string)
            let theirs = try await self.submit(gateway)
            let newest = TaskID.make()
            for path in [
                "/v1/tasks", "/v1/tasks?after=\(newest)", "/v1/tasks?after=\(theirs)",
                "/v1/tasks?status=QUEUED&limit=100",
                "/v1/tasks?template=demo", "/v1/tasks?from=2020-01-01T00:00:00Z", "/v1/tasks?q=\(theirs)",
                "/v1/videos", "/v1/videos?order=asc", "/v1/videos?after=video_\(theirs)", "/api/v1/tasks",
                "/api/v1/tasks?page_no=1&page_size=100", "/api/v1/tasks?user_id=\(gateway.user)",
            ] {
                let answer = try await gateway.send(.get, path, key: hostile)
                #expect(answer.status == 200, "\(path)")
                let text = String(decoding: answer.bytes, as: UTF8.self)
                #expect(!text.contains(theirs), "\(path)")
                #expect(text.contains(ownID) || path.contains("q="), "\(path)")
            }
        }
    }

    @Test func anotherUsersUploadIsNotFound() async throws {
        try await GatewayScope.run { gateway in
            let upload = try await gateway.openUpload(of: Self.picture.count)
            let id = try #require(upload.json["upload_id"]?.string)
            try await gateway.put(Self.picture, at: try #require(upload.json["url"]?.string))
            let hostile = try await gateway.key(scopes: [.submit, .read], user: gateway.user + "-hostile")
            let task = { (id: String) -> JSONValue in
                ["template": "demo", "parameters": ["prompt": "a"], "image": ["upload_id": .string(id)]]
            }
            let headers: HTTPHeaders = ["X-Request-ID": "same"]
            let never = "upload_\(TaskID.make())"
            let theirs = try await gateway.send(.post, "/v1/tasks", json: task(id), headers: headers, key: hostile)
            let none = try await gateway.send(.post, "/v1/tasks", json: task(never), headers: headers, key: hostile)
            #expect(theirs.status == 422)
            #expect(theirs.bytes == none.bytes)
            #expect(try await gateway.send(.post, "/v1/tasks", json: task(id)).status == 202)

            // Leave to fill one's own room is none to fill another's.
            let grant = try await gateway.send(.get, "/api/v1/uploads?action=getPolicy", key: hostile)
            let policy = try #require(grant.json["data"]?["policy"]?.string)
            let signature = try #require(grant.json["data"]?["signature"]?.string)
            for room in [id, never] {
                var body = ""
                for (name, value) in [("policy", policy), ("Signature", signature)] {
                    body += "--XX\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
                }
                body += "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx\r\n--XX--\r\n"
                let filled = try await gateway.send(
                    .post,
                    "/api/v1/uploads/\(room)",
                    headers: ["Content-Type": "multipart/form-data; boundary=XX"],
                    body: Array(body.utf8),
                    key: hostile
                )
                #expect(filled.status == 404)
            }
        }
    }

    /// Many parts are no way around what one may have, and of those who have no leave to send a file none is read.
    @Test func aFormIsBoundedAsAWhole() async throws {
        try await GatewayScope.run(configure: {
            $0.apiGateway.imageLimit = ByteCount(1_000)
            $0.apiGateway.bodyLimit = ByteCount(1_000)
        }) { gateway in
            func send(_ path: String, _ parts: [(name: String, count: Int)]) async throws -> Int {
                var body = ""
                for (name, count) in parts {
                    body += "--XX\r\nContent-Disposition: form-data; name=\"\(name)\"; filename=\"a\"\r\n\r\n"
                    body += String(repeating: "x", count: count) + "\r\n"
                }
                body += "--XX--\r\n"
                let headers: HTTPHeaders = ["Content-Type": "multipart/form-data; boundary=XX"]
                return try await gateway.send(.post, path, headers: headers, body: Array(body.utf8)).status
            }
            let files = try await send("/v1/videos", [("input_reference", 600), ("input_reference", 600)])
            #expect(files == 413)
            let fields = try await send("/v1/tasks", [("task", 600), ("other", 600)])
            #expect(fields == 413)
            // Which part it is, is said also where the body as a whole is more than any may be.
            let picture = try await gateway.sendForm(Self.task.text, picture: [UInt8](repeating: 0, count: 300_000))
            #expect(picture.status == 413)
            #expect(picture.faults == ["image"])
            // It would be too large as well: but it is not read.
            let strange = try await send("/api/v1/uploads/upload_none", [("file", 2_000)])
            #expect(strange == 403)
        }
    }

    @Test func anotherUsersWebhookIsNotFound() async throws {
        try await GatewayScope.run { gateway in
            let endpoint: JSONValue = [
                "name": "mine", "url": "https://example.com/hook", "event_types": ["video.completed"],
            ]
            let made = try await gateway.send(.post, "/v1/webhook_endpoints", json: endpoint)
            let id = try #require(made.json["id"]?.string)
            let never = String(id.dropLast(4)) + "0000"
            let hostile = try await gateway.key(scopes: [.submit, .read], user: gateway.user + "-hostile")
            let paths: [(HTTPMethod, String, JSONValue?)] = [
                (.get, "", nil), (.post, "", ["name": "theirs"]), (.delete, "", nil), (.post, "/rotate_secret", nil),
                (.post, "/test", nil),
            ]
            let headers: HTTPHeaders = ["X-Request-ID": "same"]
            for (method, path, json) in paths {
                let theirs = "/v1/webhook_endpoints/\(id)\(path)"
                let none = "/v1/webhook_endpoints/\(never)\(path)"
                let answer = try await gateway.send(method, theirs, json: json, headers: headers, key: hostile)
                let other = try await gateway.send(method, none, json: json, headers: headers, key: hostile)
                #expect(answer.status == 404, "\(method.rawValue) \(path)")
                #expect(answer.bytes == other.bytes, "\(method.rawValue) \(path)")
            }
            let list = try await gateway.send(.get, "/v1/webhook_endpoints", key: hostile)
            #expect(list.json["data"] == [])
            let own = try await gateway.send(.get, "/v1/webhook_endpoints/\(id)")
            #expect(own.json["name"] == "mine")
        }
    }

    /// Neither to be delivered anew, nor as a place in a list: it would tell when somebody else's was made.
    @Test func anotherUsersDeliveryIsNotFound() async throws {
        try await GatewayScope.run { gateway in
            let endpoint: JSONValue = [
                "name": "n", "url": "https://example.com/hook", "event_types": ["video.cancelled"],
            ]
            let hostile = try await gateway.key(scopes: [.submit, .read], user: gateway.user + "-hostile")
            func delivery(_ key: APIKey) async throws -> String {
                _ = try await gateway.send(.post, "/v1/webhook_endpoints", json: endpoint, key: key)
                let task = try await gateway.send(.post, "/v1/tasks", json: Self.task, key: key)
                let id = task.json["task_id"]?.string ?? ""
                _ = try await gateway.send(.post, "/v1/tasks/\(id)/cancel", key: key)
                let list = try await gateway.send(.get, "/v1/webhook_deliveries?task_id=\(id)", key: key)
                return try #require(list.json["data"]?[0]?["id"]?.string)
            }
            _ = try await delivery(hostile)
            let ours = try await delivery(gateway.key)
            let path = "/v1/webhook_deliveries"
            let again = try await gateway.send(.post, "\(path)/\(ours)/redeliver", key: hostile)
            #expect(again.status == 404)
            // The hostile one's own is older, and would be behind it.
            let behind = try await gateway.send(.get, "\(path)?after=\(ours)", key: hostile)
            let never = try await gateway.send(.get, "\(path)?after=whd_0", key: hostile)
            #expect(behind.status == 422 && never.status == 422)
            #expect(behind.json["detail"] == never.json["detail"])
            let all = try await gateway.send(.get, path, key: hostile)
            #expect(all.json["data"]?.array?.count == 1)
        }
    }

    @Test func idempotencyKeysAreScopedToTheUser() async throws {
        try await GatewayScope.run { gateway in
            let hostile = try await gateway.key(scopes: [.submit, .read], user: gateway.user + "-hostile")
            let headers: HTTPHeaders = ["Idempotency-Key": "\"\(gateway.user)\""]
            let first = try await gateway.send(.post, "/v1/tasks", json: Self.task, headers: headers)
            // Neither the same task, nor a word that the key is taken by another body.
            let body: JSONValue = ["template": "demo", "parameters": ["prompt": "another"]]
            let second = try await gateway.send(.post, "/v1/tasks", json: body, headers: headers, key: hostile)
            #expect(second.status == 202)
            #expect(second.headers["idempotent-replayed"] == nil)
            #expect(first.json["task_id"] != second.json["task_id"])
        }
    }

    @Test func aTicketIsForItsUser() async throws {
        try await GatewayScope.run { gateway in
            let user = gateway.user + "-hostile"
            let hostile = try await gateway.key(scopes: [.read], user: user)
            let path = "/v1/events/tickets?user=\(gateway.user)"
            let answer = try await gateway.send(.post, path, json: ["user": .string(gateway.user)], key: hostile)
            let text = try #require(answer.json["ticket"]?.string)
            let secret = EventSecrets(String(repeating: "s", count: 32))
            #expect(EventTicket(verifying: text, secret: secret, now: .now())?.user == user)
        }
    }
}
