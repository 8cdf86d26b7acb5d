@testable internal import APIGateway
internal import MaaSControl
internal import MaaSCore
internal import Testing

/// What a task has made: how it is handed over, and for how long.
extension GatewayTests {
    /// A task that is completed, with a video of so many bytes, and the video.
    private func completedTask(_ gateway: GatewayScope, size: Int) async throws -> (id: TaskID, video: [UInt8]) {
        let id = try #require(TaskID(try await self.submit(gateway)))
        let video = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        let key = OutputKey.video(task: id, attempt: 1)
        try await gateway.objects.put(key, video, contentType: "video/mp4")
        try await gateway.execute("UPDATE tasks SET state = 'RUNNING', attempt = 1 WHERE id = \(id.description)")
        let result = TaskResult(key: key, size: Int64(size))
        #expect(try await gateway.store.finish(id, attempt: 1, as: .completed(result)) != nil)
        return (id, video)
    }

    @Test func aVideoIsProxiedInWholeAndInRanges() async throws {
        try await GatewayScope.run { gateway in
            // More than one piece.
            let (id, video) = try await self.completedTask(gateway, size: 1_500_001)
            let path = "/v1/tasks/\(id)/content?stream=true"
            let whole = try await gateway.send(.get, path)
            #expect(whole.status == 200 && whole.bytes == video)
            #expect(whole.headers["content-type"] == "video/mp4" && whole.headers["content-length"] == "1500001")
            #expect(whole.headers["accept-ranges"] == "bytes")
            let tag = try #require(whole.headers["etag"])

            let ranges = [
                ("bytes=4-7", 4..<8), ("bytes=1000000-", 1_000_000..<1_500_001), ("bytes=-5", 1_499_996..<1_500_001),
            ]
            for (text, range) in ranges {
                let part = try await gateway.send(.get, path, headers: ["Range": text])
                #expect(part.status == 206 && part.bytes == Array(video[range]), "\(text)")
                #expect(
                    part.headers["content-range"] == "bytes \(range.lowerBound)-\(range.upperBound - 1)/1500001"
                )
                #expect(part.headers["etag"] == tag)
            }
            let beyond = try await gateway.send(.get, path, headers: ["Range": "bytes=1500001-"])
            #expect(beyond.status == 416 && beyond.headers["content-range"] == "bytes */1500001")
            let known = try await gateway.send(.get, path, headers: ["If-None-Match": tag])
            #expect(known.status == 304 && known.bytes.isEmpty)
            let other = try await gateway.send(.get, path, headers: ["Range": "bytes=0-0", "If-Range": "\"other\""])
            #expect(other.status == 200 && other.bytes.count == video.count)
            let same = try await gateway.send(.get, path, headers: ["Range": "bytes=0-0", "If-Range": tag])
            #expect(same.status == 206 && same.bytes == [video[0]])
            let head = try await gateway.send(.head, path)
            #expect(head.status == 200 && head.headers["content-length"] == "1500001" && head.bytes.isEmpty)

            let saved = try await gateway.send(.get, path + "&download")
            #expect(saved.headers["content-disposition"] == "attachment; filename=\"\(id).mp4\"")
            for path in [path + "&variant=thumbnail", "/v1/tasks/\(id)/content?variant=spritesheet"] {
                let missing = try await gateway.send(.get, path)
                #expect(missing.status == 404 && missing.json["code"] == "no_such_file")
            }
            #expect(try await gateway.send(.get, "/v1/tasks/\(id)/content?stream=yes").faults == ["stream"])
            let video2 = try await gateway.send(.get, "/v1/videos/video_\(id)/content?stream=true")
            #expect(video2.bytes == video)
        }
    }

    @Test func theConfigurationSaysWhetherAVideoIsRedirected() async throws {
        for streams in [false, true] {
            try await GatewayScope.run(configure: { $0.apiGateway.streamsContent = streams }) { gateway in
                let (id, video) = try await self.completedTask(gateway, size: 10)
                let answer = try await gateway.send(.get, "/v1/tasks/\(id)/content")
                #expect(answer.status == (streams ? 200 : 302))
                if streams { #expect(answer.bytes == video) }
                let redirected = try await gateway.send(.get, "/v1/tasks/\(id)/content?stream=false")
                #expect(redirected.status == 302)
                let link = try await gateway.send(
                    .get,
                    "/v1/tasks/\(id)/content",
                    headers: ["Accept": "application/json"]
                )
                #expect(try await gateway.fetch(try #require(link.json["url"]?.string)).bytes == video)
            }
        }
    }

    /// As axios does, which takes JSON first and then anything.
    @Test(
        arguments: [
            ("application/json", 200), ("text/html, Application/JSON;q=0.9", 200),
            ("application/json, text/plain, */*", 302), ("application/json, video/mp4", 302),
            ("image/*,application/json", 302), ("application/json-seq", 302),
        ]
    )
    func aLinkIsForThoseWhoTakeNoFile(_ accept: String, _ status: Int) async throws {
        try await GatewayScope.run { gateway in
            let (id, _) = try await self.completedTask(gateway, size: 10)
            let answer = try await gateway.send(.get, "/v1/tasks/\(id)/content", headers: ["Accept": accept])
            #expect(answer.status == status)
        }
    }

    @Test func theLinkOfAHeadIsForAHead() async throws {
        try await GatewayScope.run { gateway in
            let (id, _) = try await self.completedTask(gateway, size: 10)
            let answer = try await gateway.send(.head, "/v1/tasks/\(id)/content")
            #expect(answer.status == 302)
            #expect(try await gateway.send(.head, [], to: try #require(answer.headers["location"])) == 200)
        }
    }

    /// The page opens the link, and would show the object store's error.
    @Test func aVideoThatIsMissingIsNotSaved() async throws {
        try await GatewayScope.run { gateway in
            let (id, video) = try await self.completedTask(gateway, size: 10)
            let path = "/v1/tasks/\(id)/content?download"
            let headers: HTTPHeaders = ["Accept": "application/json"]
            let link = try await gateway.send(.get, path, headers: headers)
            #expect(try await gateway.fetch(try #require(link.json["url"]?.string)).bytes == video)
            try await gateway.objects.delete(OutputKey.video(task: id, attempt: 1))
            let missing = try await gateway.send(.get, path, headers: headers)
            #expect(missing.status == 404 && missing.json["code"] == "no_such_file")
        }
    }

    @Test func lateFilesOfADeletedTaskAreDeleted() async throws {
        try await GatewayScope.run { gateway in
            let (id, _) = try await self.completedTask(gateway, size: 10)
            let video = OutputKey.video(task: id, attempt: 1)
            #expect(try await gateway.send(.delete, "/v1/tasks/\(id)").status == 204)
            #expect(try await gateway.objects.head(video) == nil)
            // Its pod is still about to end.
            try await gateway.putLog(OutputLog(), of: id, attempt: 1)
            try await gateway.execute("UPDATE removals SET due_at = now() WHERE id = \(id.description)")
            try await gateway.sweepObjects()
            #expect(try await gateway.objects.head(OutputKey.log(task: id, attempt: 1)) == nil)
        }
    }

    @Test func anObjectThatCannotBeDeletedBlocksNoOther() async throws {
        try await GatewayScope.run { gateway in
            let tasks = [
                try await self.completedTask(gateway, size: 10).id, try await self.completedTask(gateway, size: 10).id,
            ]
            let texts = PostgresValue.textArray(tasks.map(\.description))
            try await gateway.execute("UPDATE tasks SET ended_at = now() - interval '31 days' WHERE id = ANY(\(texts))")
            // A store that refuses whatever is asked: each has its own failure, and none is skipped for another's.
            try await gateway.sweepObjects { $0.secretKey = "wrong" }
            let failed: PostgresQuery = "SELECT count(*) FROM removals WHERE failures = 1 AND id = ANY(\(texts))"
            #expect(try await gateway.count(failed) == 2)
            try await gateway.execute("UPDATE removals SET due_at = now() WHERE id = ANY(\(texts))")
            try await gateway.sweepObjects()
            for id in tasks { #expect(try await gateway.objects.head(OutputKey.video(task: id, attempt: 1)) == nil) }
            #expect(try await gateway.count("SELECT count(*) FROM removals WHERE id = ANY(\(texts))") == 0)
        }
    }

    @Test func expiredFilesAreGoneButTheTaskStays() async throws {
        try await GatewayScope.run { gateway in
            let (id, _) = try await self.completedTask(gateway, size: 10)
            let path = "/v1/tasks/\(id)"
            let fresh = try await gateway.send(.get, path)
            let ended = try #require(fresh.json["ended_at"]?.string.flatMap { Timestamp($0) })
            #expect(fresh.json["expires_at"] == .string("\(ended + .hours(30 * 24))"))
            let video = try await gateway.send(.get, "/v1/videos/video_\(id)")
            #expect(video.json["expires_at"] == .integer((ended + .hours(30 * 24)).seconds))
            let synthesized = try await gateway.send(.get, "/api/v1/tasks/\(id)")
            let expiry = "\(ended + .hours(30 * 24))".replacing("T", with: " ").replacing("Z", with: "")
            #expect(synthesized.json["output"]?["expire_time"] == .string(expiry))

            try await gateway.execute(
                "UPDATE tasks SET ended_at = now() - interval '30 days 1 minute' WHERE id = \(id.description)"
            )
            // Also before they are deleted: a link would lead nowhere soon.
            for suffix in ["", "?stream=true", "?variant=thumbnail"] {
                let answer = try await gateway.send(.get, path + "/content" + suffix)
                #expect(answer.status == 410 && answer.json["code"] == "files_expired")
            }
            let key = OutputKey.video(task: id, attempt: 1)
            #expect(try await gateway.objects.head(key) != nil)
            try await gateway.sweepObjects()
            #expect(try await gateway.objects.head(key) == nil)
            #expect(try await gateway.send(.get, path + "/content").status == 410)
            #expect(try await gateway.send(.get, path).json["status"] == "COMPLETED")
            let synthesis = try await gateway.send(.get, "/api/v1/tasks/\(id)")
            #expect(synthesis.json["output"]?["task_status"] == "SUCCEEDED")
            #expect(synthesis.json["output"]?["video_url"] == nil)
        }
    }
}
