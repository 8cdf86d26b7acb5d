@testable internal import APIGateway
internal import MaaSControl
internal import MaaSCore
internal import MaaSTesting
internal import Testing

/// What one user may take of what is everybody's.
extension GatewayTests {
    @Test func tooManyWaitingTasksAreRefused() async throws {
        try await GatewayScope.run { gateway in
            for _ in 0..<5 { _ = try await self.submit(gateway) }
            let answer = try await gateway.send(.post, "/v1/tasks", json: Self.task)
            #expect(answer.status == 429)
            #expect(answer.json["code"] == "too_many_waiting")
            #expect(answer.headers["retry-after"] == "10")
        }
    }

    @Test func concurrentSubmissionsCannotPassTheLimit() async throws {
        try await GatewayScope.run { gateway in
            let answers = try await gateway.submitTogether(20, Self.task)
            #expect(answers.count { $0.status == 202 } == 5)
            #expect(answers.count { $0.status == 429 } == 15)
        }
    }

    @Test func aUserMayHaveALimitOfTheirOwn() async throws {
        try await GatewayScope.run { gateway in
            let isSet = try await gateway.store.setUserLimits(UserLimits(maximumQueuedTasks: 1), of: gateway.user)
            #expect(isSet)
            _ = try await self.submit(gateway)
            let answer = try await gateway.send(.post, "/v1/tasks", json: Self.task)
            #expect(answer.status == 429)
            #expect(answer.json["detail"]?.string?.hasPrefix("1 of your tasks") == true)
        }
    }

    @Test func aFullSystemSendsRetryAfter() async throws {
        try await GatewayScope.run(configure: { $0.apiGateway.queueLimit = 1 }) { gateway in
            let statuses = try await gateway.submitTogether(2, Self.task).map(\.status)
            #expect(statuses.contains(503))
            let answer = try await gateway.send(.post, "/v1/tasks", json: Self.task)
            #expect(answer.status == 503)
            #expect(answer.json["code"] == "queue_full")
            #expect(answer.headers["retry-after"] == "30")
        }
    }

    @Test func rateLimitHeadersAreInEachAnswer() async throws {
        try await GatewayScope.run(configure: {
            $0.apiGateway.userRequests = 4
            $0.apiGateway.keyRequests = 3
        }) { gateway in
            let first = try await gateway.send(.get, "/v1/templates")
            #expect(first.headers["ratelimit-policy"] == #""user";q=4;w=60, "key";q=3;w=60"#)
            #expect(first.headers["ratelimit"] == #""user";r=3;t=15, "key";r=2;t=20"#)
            for _ in 0..<2 { _ = try await gateway.send(.get, "/v1/templates") }
            let refused = try await gateway.send(.get, "/v1/tasks/none")
            #expect(refused.status == 429)
            #expect(refused.json["code"] == "too_many_requests")
            #expect(refused.headers["ratelimit"]?.contains(#""key";r=0;"#) == true)
            #expect((refused.headers["retry-after"].flatMap { Int($0) } ?? 0) > 0)
            // Another key of the same user has its own quota, and the user's: what was refused was not counted.
            let other = APIKey.make()
            _ = try await gateway.store.createKey(user: gateway.user, name: "other", hash: other.hash)
            let statuses = [
                try await gateway.send(.get, "/v1/templates", key: other).status,
                try await gateway.send(.get, "/v1/templates", key: other).status,
            ]
            #expect(statuses == [200, 429])
        }
    }

    /// Also a submission is: it must not fail because its answer cannot wait.
    @Test func moreWaitingRequestsThanAUserMayHaveAreAnsweredAtOnce() async throws {
        try await GatewayScope.run { gateway in
            let id = try await self.submit(gateway)
            let path = "/v1/tasks/\(id)"
            let (answers, answered) = AsyncStream.makeStream(of: GatewayScope.Answer.self)
            let asking = Task { @LoopActor in
                _ = try await concurrently(101) { _ in
                    answered.yield(try await gateway.send(.get, path, headers: ["Prefer": "wait=50"]))
                }
                answered.finish()
            }
            var iterator = answers.makeAsyncIterator()
            let read = await iterator.next()
            #expect(read?.status == 200 && read?.json["status"] == "QUEUED")
            #expect(read?.headers["preference-applied"] == nil)
            let made = try await gateway.send(.post, "/v1/tasks", json: Self.task, headers: ["Prefer": "wait=50"])
            #expect(made.status == 202 && made.headers["preference-applied"] == nil)
            let other = try await gateway.key(scopes: [.submit, .read], user: gateway.user + "-other")
            let headers: HTTPHeaders = ["Prefer": "wait=0"]
            let theirs = try await gateway.send(.post, "/v1/tasks", json: Self.task, headers: headers, key: other)
            #expect(theirs.headers["preference-applied"] == "wait=0")

            // Not the task whose end the others wait for: that would free their places.
            let cancel = "/v1/tasks/\(try #require(made.json["task_id"]?.string))/cancel"
            let cancelled = try await gateway.send(.post, cancel, headers: ["Prefer": "wait=50"])
            #expect(cancelled.status == 202 && cancelled.headers["preference-applied"] == nil)
            _ = try await gateway.send(.post, path + "/cancel")
            for _ in 0..<100 {
                let answer = await iterator.next()
                #expect(answer?.json["status"] == "CANCELLED")
                #expect(answer?.headers["preference-applied"] == "wait=50")
            }
            try await asking.value
            let again = try await gateway.send(.get, path, headers: ["Prefer": "wait=50"])
            #expect(again.headers["preference-applied"] == "wait=50")
        }
    }

    @Test func withoutALimitThereAreNoHeaders() async throws {
        try await GatewayScope.run(configure: {
            $0.apiGateway.userRequests = 0
            $0.apiGateway.keyRequests = 0
        }) { gateway in
            let answer = try await gateway.send(.get, "/v1/templates")
            #expect(answer.headers["ratelimit"] == nil)
        }
    }
}
