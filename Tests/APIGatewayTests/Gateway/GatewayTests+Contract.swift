@testable internal import APIGateway
internal import MaaSControl
internal import MaaSCore
internal import MaaSTesting
internal import Testing

/// What clients rely on beyond the plain journey.
extension GatewayTests {
    /// OpenAI's client would try a bare 409 again by itself.
    @Test func aMissingVideoIsNotRetried() async throws {
        try await GatewayScope.run { gateway in
            let id = try await self.submit(gateway)
            let answer = try await gateway.send(.get, "/v1/tasks/\(id)/content")
            #expect(answer.status == 409)
            #expect(answer.json["code"] == "not_completed")
            #expect(answer.headers["x-should-retry"] == "false")
        }
    }

    @Test func aVideoIsARedirectOrItsURLAsJSON() async throws {
        try await GatewayScope.run { gateway in
            let id = try await self.complete(try await self.submit(gateway), gateway)
            let redirect = try await gateway.send(.get, "/v1/tasks/\(id)/content")
            #expect(redirect.status == 302)
            #expect(redirect.headers["location"]?.contains("outputs/\(id)/1/video.mp4") == true)
            let json = try await gateway.send(.get, "/v1/tasks/\(id)/content", headers: ["Accept": "application/json"])
            #expect(json.status == 200)
            #expect(json.json["url"]?.string?.contains("outputs/\(id)/1/video.mp4") == true)
            let task = try await gateway.send(.get, "/v1/tasks/\(id)")
            #expect(task.json["percent"] == 100)
            #expect(task.json["result"]?["size"] == 17)
        }
    }

    @Test func aPreviewExistsWhileTheTaskRuns() async throws {
        try await GatewayScope.run { gateway in
            let id = try await self.submit(gateway)
            #expect(try await gateway.send(.get, "/v1/tasks/\(id)/preview").status == 404)
            let task = try #require(TaskID(id))
            try await self.begin(task, gateway)
            for query in ["", "?stream=true"] {
                let missing = try await gateway.send(.get, "/v1/tasks/\(id)/preview\(query)")
                #expect(missing.status == 404 && missing.json["code"] == "no_such_file")
            }
            try await gateway.objects.put(OutputKey.preview(task: task, attempt: 1), [1], contentType: "image/jpeg")
            let answer = try await gateway.send(.get, "/v1/tasks/\(id)/preview")
            #expect(answer.status == 302)
            #expect(answer.headers["location"]?.contains("outputs/\(id)/1/preview.jpg") == true)
        }
    }

    @Test func whereFilesAreStreamedPreviewsAreToo() async throws {
        try await GatewayScope.run(configure: { $0.apiGateway.streamsContent = true }) { gateway in
            let id = try #require(TaskID(try await self.submit(gateway)))
            try await self.begin(id, gateway)
            let key = OutputKey.preview(task: id, attempt: 1)
            for text in ["first", "second picture"] {
                try await gateway.objects.put(key, Array(text.utf8), contentType: "image/jpeg")
                let answer = try await gateway.send(.get, "/v1/tasks/\(id)/preview")
                #expect(answer.status == 200 && answer.bytes == Array(text.utf8))
                #expect(answer.headers["cache-control"] == "no-store")
                #expect(answer.headers["content-type"] == "image/jpeg")
            }
            let link = try await gateway.send(.get, "/v1/tasks/\(id)/preview", headers: ["Accept": "application/json"])
            #expect(link.json["url"]?.string?.contains("preview.jpg") == true)
        }
    }

    @Test func queuePositionsComeFromTheDispatcher() async throws {
        try await GatewayScope.run { gateway in
            let id = try await self.submit(gateway)
            let unknown = try await gateway.send(.get, "/v1/tasks/\(id)")
            #expect(unknown.json["position"] == .null)
            try await gateway.redis.send("HSET", SharedKeys.positions, id, "3 90 gpus_busy")
            let known = try await gateway.send(.get, "/v1/tasks/\(id)")
            try await gateway.redis.send("HDEL", SharedKeys.positions, id)
            #expect(known.json["position"] == 3)
            #expect(known.json["eta_s"] == 90)
            #expect(known.json["reason"] == "gpus_busy")
        }
    }

    @Test func aKnownPathNamesItsMethods() async throws {
        try await GatewayScope.run { gateway in
            let id = try await self.submit(gateway)
            let answer = try await gateway.send(.get, "/v1/tasks/\(id)/cancel")
            #expect(answer.status == 405)
            #expect(answer.headers["allow"] == "POST")
            #expect(try await gateway.fetch(gateway.url + "/i18n/zh.js").status == 200)
        }
    }

    @Test func templatesIncludeTheRulesForPictures() async throws {
        try await GatewayScope.run { gateway in
            let templates = try await gateway.send(.get, "/v1/templates").json["data"]?.array ?? []
            let image = templates.first { $0["name"] == "demo" }?["inputs"]?["image"]
            #expect(image?["types"] == ["image/jpeg", "image/png", "image/webp"])
            #expect(image?["most"]?.integer == 20 << 20)
        }
    }

    @Test func tasksAreAcceptedWithoutRedis() async throws {
        try await PrivateRedisServer.with { server in
            let url = "redis://127.0.0.1:\(server.configuration.port)"
            try await GatewayScope.run(redis: url) { gateway in
                await server.kill()
                let start = ContinuousClock.now
                let accepted = try await gateway.send(
                    .post,
                    "/v1/tasks",
                    json: Self.task,
                    headers: ["Idempotency-Key": "a"]
                )
                #expect(accepted.status == 202)
                let id = try #require(accepted.json["task_id"]?.string)
                let task = try await gateway.send(.get, "/v1/tasks/\(id)")
                #expect(task.status == 200)
                #expect(task.json["position"] == .null)
                let cancelled = try await gateway.send(.post, "/v1/tasks/\(id)/cancel")
                #expect(cancelled.json["status"] == "CANCELLED")
                #expect(ContinuousClock.now - start < .seconds(10))
            }
        }
    }

    /// Plays the dispatcher and the relay.
    func complete(_ text: String, _ gateway: GatewayScope) async throws -> TaskID {
        let id = try #require(TaskID(text))
        let epoch = try await self.begin(id, gateway)
        let result = TaskResult(key: "outputs/\(id)/1/video.mp4", size: 17)
        #expect(try await gateway.store.finish(id, attempt: 1, epoch: epoch, as: .completed(result)) != nil)
        return id
    }

    /// Makes it run, as the dispatcher would; returns the dispatcher's epoch.
    @discardableResult
    func begin(_ id: TaskID, _ gateway: GatewayScope) async throws -> Int {
        let epoch = try #require(
            try await gateway.store.acquireLease(
                TaskStore.dispatcherLease,
                holder: "gateway tests",
                lifetime: .seconds(5)
            )
        )
        let job = "demo-\(id)-1"
        #expect(try await gateway.store.begin(id, attempt: 1, epoch: epoch, jobName: job, gpus: 1))
        return epoch
    }
}
