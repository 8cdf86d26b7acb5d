@testable internal import APIGateway
internal import MaaSControl
internal import MaaSCore
internal import Testing

/// Submissions that are sent again.
extension GatewayTests {
    private static let another: JSONValue = ["template": "demo", "parameters": ["prompt": "another"]]

    @Test func theSameKeyGivesTheSameAnswerAndOneTask() async throws {
        try await GatewayScope.run { gateway in
            let headers: HTTPHeaders = ["Idempotency-Key": "once"]
            let first = try await gateway.send(.post, "/v1/tasks", json: Self.task, headers: headers)
            #expect(first.headers["idempotent-replayed"] == nil)
            let id = try #require(first.json["task_id"]?.string)
            _ = try await gateway.send(.post, "/v1/tasks/\(id)/cancel")
            // With quotes it is the same key: the header is a structured string.
            let quoted: HTTPHeaders = ["Idempotency-Key": "\"once\""]
            let second = try await gateway.send(.post, "/v1/tasks", json: Self.task, headers: quoted)
            #expect(second.status == 202)
            #expect(second.bytes == first.bytes)
            #expect(second.headers["idempotent-replayed"] == "true")
            let list = try await gateway.send(.get, "/v1/tasks")
            #expect(list.json["data"]?.array?.count == 1)
        }
    }

    @Test func anotherBodyUnderTheSameKeyIsRejected() async throws {
        try await GatewayScope.run { gateway in
            let headers: HTTPHeaders = ["Idempotency-Key": "once"]
            _ = try await gateway.send(.post, "/v1/tasks", json: Self.task, headers: headers)
            let other = try await gateway.send(.post, "/v1/tasks", json: Self.another, headers: headers)
            #expect(other.status == 422)
            #expect(other.json["code"] == "idempotency_key_reused")
            var faulty = Self.task
            faulty["labels"] = ["a b": "x"]
            let wrong = try await gateway.send(.post, "/v1/tasks", json: faulty, headers: headers)
            #expect(wrong.status == 422 && wrong.faults == ["labels.a b"], "\(wrong.json)")
            let long: HTTPHeaders = ["Idempotency-Key": String(repeating: "k", count: 256)]
            let bad = try await gateway.send(.post, "/v1/tasks", json: Self.task, headers: long)
            #expect(bad.status == 400)
            #expect(bad.json["code"] == "bad_idempotency_key")
        }
    }

    @Test func aKeyWhoseTaskIsDeletedCreatesNoOther() async throws {
        try await GatewayScope.run { gateway in
            let headers: HTTPHeaders = ["Idempotency-Key": "once"]
            let first = try await gateway.send(.post, "/v1/tasks", json: Self.task, headers: headers)
            let path = "/v1/tasks/" + (first.json["task_id"]?.string ?? "")
            _ = try await gateway.send(.post, path + "/cancel")
            #expect(try await gateway.send(.delete, path).status == 204)
            let again = try await gateway.send(.post, "/v1/tasks", json: Self.task, headers: headers)
            #expect(again.status == 410 && again.json["code"] == "task_deleted")
            #expect(try await gateway.send(.get, "/v1/tasks").json["data"] == [])
        }
    }

    @Test func concurrentRequestsWithOneKeyGetOneTask() async throws {
        try await GatewayScope.run { gateway in
            let answers = try await gateway.submitTogether(12, Self.task, headers: ["Idempotency-Key": "together"])
            #expect(answers.allSatisfy { $0.status == 202 })
            #expect(Set(answers.map(\.bytes)).count == 1)
            #expect(answers.count { $0.headers["idempotent-replayed"] == nil } == 1)
        }
    }

    /// OpenAI's clients try again by themselves and send no key.
    @Test func aCountedRetryIsTheSameTask() async throws {
        try await GatewayScope.run { gateway in
            func send(_ tries: String) async throws -> String? {
                let headers: HTTPHeaders = ["x-stainless-retry-count": tries]
                let answer = try await gateway.send(.post, "/v1/tasks", json: Self.task, headers: headers)
                return answer.json["task_id"]?.string
            }
            let first = try await send("0")
            let again = try await send("1")
            #expect(again == first)
            let next = try await send("0")
            #expect(next != first)
            let nextAgain = try await send("2")
            #expect(nextAgain == next)
        }
    }

    @Test func aCountedRetryAfterARefusalIsNoOlderTask() async throws {
        try await GatewayScope.run { gateway in
            func send(_ tries: String) async throws -> GatewayScope.Answer {
                let headers: HTTPHeaders = ["x-stainless-retry-count": tries]
                return try await gateway.send(.post, "/v1/tasks", json: Self.task, headers: headers)
            }
            var ids: [JSONValue?] = []
            for _ in 0..<5 { ids.append(try await send("0").json["task_id"]) }
            #expect(try await send("0").status == 429)
            _ = try await gateway.send(.post, "/v1/tasks/\(try #require(ids[0]?.string))/cancel")
            var again = try await send("1")
            // The gateway counts waiting tasks again every half second.
            for _ in 0..<100 where again.status == 429 {
                try await LoopClock().sleep(for: .milliseconds(50))
                again = try await send("1")
            }
            #expect(again.status == 202 && !ids.contains(again.json["task_id"]))
        }
    }

    /// The other video's client has given up.
    @Test func aCountedRetryAfterRefusalsOfAnotherVideoIsTheSameTask() async throws {
        try await GatewayScope.run(configure: { $0.apiGateway.waitingLimit = 1 }) { gateway in
            func send(_ task: JSONValue, _ tries: String) async throws -> GatewayScope.Answer {
                let headers: HTTPHeaders = ["x-stainless-retry-count": tries]
                return try await gateway.send(.post, "/v1/tasks", json: task, headers: headers)
            }
            let first = try await send(Self.task, "0")
            for tries in ["0", "1", "2"] { #expect(try await send(Self.another, tries).status == 429) }
            let again = try await send(Self.task, "1")
            #expect(again.headers["idempotent-replayed"] == "true", "\(again.json)")
            #expect(again.bytes == first.bytes)
        }
    }

    /// The content of what the rate limit refuses is unknown, and equal videos may be accepted before and after it.
    @Test func aCountedRetryAfterARefusalBeforeItsBodyIsAVideoOfItsOwn() async throws {
        try await GatewayScope.run(configure: {
            $0.apiGateway.keyRequests = 30
            $0.apiGateway.waitingLimit = 1_000
        }) { gateway in
            func send(_ tries: String) async throws -> GatewayScope.Answer {
                let headers: HTTPHeaders = ["x-stainless-retry-count": tries]
                let body: JSONValue = ["model": "demo", "prompt": "a"]
                let answer = try await gateway.send(.post, "/v1/videos", json: body, headers: headers)
                #expect(answer.status == 200 || answer.json["code"] == "too_many_requests", "\(answer.json)")
                return answer
            }
            func retry(_ tries: String) async throws -> GatewayScope.Answer {
                var answer = try await send(tries)
                while answer.status == 429 {
                    try await LoopClock().sleep(for: .milliseconds(50))
                    answer = try await send(tries)
                }
                return answer
            }
            var olds: [JSONValue?] = []
            var first = try await send("0")
            while first.status == 200 {
                olds.append(first.json["id"])
                first = try await send("0")
            }
            let new = try await retry("1")
            #expect(!olds.contains(new.json["id"]) && new.headers["idempotent-replayed"] == nil)
            let again = try await retry("2")
            #expect(again.json["id"] == new.json["id"] && again.headers["idempotent-replayed"] == "true")
        }
    }

    @Test("A counted retry repeats nothing that is older than its tries, and nothing that another key submitted")
    func otherSubmissionsOfTheSameContent() async throws {
        try await GatewayScope.run { gateway in
            let other = try await gateway.key(scopes: [.submit])
            func send(_ tries: String, key: APIKey? = nil) async throws -> JSONValue? {
                let headers: HTTPHeaders = ["x-stainless-retry-count": tries]
                let answer = try await gateway.send(.post, "/v1/tasks", json: Self.task, headers: headers, key: key)
                return answer.json["task_id"]
            }
            let first = try await send("0")
            let theirs = try await send("1", key: other)
            #expect(theirs != nil && theirs != first)
            try await gateway.execute(
                """
                UPDATE idempotency_keys SET created_at = created_at - interval '100 seconds'
                WHERE user_id = \(gateway.user)
                """
            )
            #expect(try await send("2") == first)
            let next = try await send("1")
            #expect(next != nil && next != first)
        }
    }

    /// The older video may be gone: it is not what this client asks for again.
    @Test func aCountedRetryIsNoDeletedTask() async throws {
        try await GatewayScope.run { gateway in
            func send(_ tries: String) async throws -> GatewayScope.Answer {
                let headers: HTTPHeaders = ["x-stainless-retry-count": tries]
                return try await gateway.send(.post, "/v1/tasks", json: Self.task, headers: headers)
            }
            let old = try await send("0").json["task_id"]
            let path = "/v1/tasks/\(try #require(old?.string))"
            _ = try await gateway.send(.post, path + "/cancel")
            #expect(try await gateway.send(.delete, path).status == 204)
            let new = try await send("1")
            #expect(new.status == 202 && new.json["task_id"] != old)
            #expect(try await send("2").json["task_id"] == new.json["task_id"])
        }
    }

    /// The database says nothing in time, also to a first try: what is asked for again is not an older video.
    @Test func aCountedRetryAfterAFailureIsNoOlderTask() async throws {
        try await GatewayScope.run(configure: { $0.postgres.statementTimeout = .seconds(1) }) { gateway in
            func send(_ tries: String) async throws -> GatewayScope.Answer {
                let headers: HTTPHeaders = ["x-stainless-retry-count": tries]
                return try await gateway.send(.post, "/v1/tasks", json: Self.task, headers: headers)
            }
            let old = try await send("0").json["task_id"]
            try await gateway.withLock(on: "tasks") {
                let failed = try await send("0")
                #expect(failed.status == 503)
            }
            let new = try await send("1")
            #expect(new.status == 202 && new.json["task_id"] != old)
        }
    }

    /// The gateway may still be looking the key up then, and would find its headers gone.
    @Test func aSubmissionWhoseClientHasLeftIsNotStoredWithoutItsKey() async throws {
        try await GatewayScope.run { gateway in
            let headers: HTTPHeaders = ["Idempotency-Key": "once"]
            try await gateway.withLock(on: "api_keys") {
                let leaving = Task { @LoopActor in
                    _ = try await gateway.send(.post, "/v1/tasks", json: Self.task, headers: headers)
                }
                try await gateway.waitForLock(on: "api_keys")
                leaving.cancel()
                // Nothing else happens when the gateway has noticed.
                while !gateway.metrics.text.contains("499") { try await LoopClock().sleep(for: .milliseconds(20)) }
            }
            #expect(try await gateway.send(.post, "/v1/tasks", json: Self.task, headers: headers).status == 202)
            #expect(try await gateway.send(.get, "/v1/tasks").json["data"]?.array?.count == 1)
        }
    }

    @Test func aFormIsIdentifiedByItsPicture() async throws {
        try await GatewayScope.run { gateway in
            let headers: HTTPHeaders = ["Idempotency-Key": "form"]
            let first = try await gateway.sendForm(Self.task.text, picture: Self.picture, headers: headers)
            let again = try await gateway.sendForm(Self.task.text, picture: Self.picture, headers: headers)
            #expect(again.json["task_id"] == first.json["task_id"])
            let other = try await gateway.sendForm(Self.task.text, picture: Self.picture + [0], headers: headers)
            #expect(other.status == 422)
        }
    }
}
