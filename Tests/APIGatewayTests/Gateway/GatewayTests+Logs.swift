@testable internal import APIGateway
internal import MaaSControl
internal import MaaSCore
internal import MaaSTesting
internal import Testing

/// `GET /v1/tasks/{id}/logs`, over what an attempt would have stored.
extension GatewayTests {
    private func text(_ answer: GatewayScope.Answer) -> String { String(decoding: answer.bytes, as: UTF8.self) }

    private func log(_ lines: String...) -> OutputLog {
        var log = OutputLog()
        for line in lines { log.append(line) }
        return log
    }

    @Test func onlyItsUserMayReadTheOutput() async throws {
        try await GatewayScope.run { gateway in
            let id = try await self.submit(gateway)
            let task = try #require(TaskID(id))
            #expect(self.text(try await gateway.send(.get, "/v1/tasks/\(id)/logs")).isEmpty)
            try await self.begin(task, gateway)
            try await gateway.putLog(self.log("loading", "<script>"), of: task, attempt: 1)
            let answer = try await gateway.send(.get, "/v1/tasks/\(id)/logs")
            #expect(self.text(answer) == "loading\n<script>\n")
            #expect(answer.headers["content-type"] == "text/plain; charset=utf-8")
            #expect(answer.headers["x-content-type-options"] == "nosniff")

            let stranger = APIKey.make()
            _ = try await gateway.store.createKey(user: gateway.user + "-other", name: "test", hash: stranger.hash)
            let theirs = try await gateway.send(.get, "/v1/tasks/\(id)/logs", key: stranger)
            let nobodys = try await gateway.send(.get, "/v1/tasks/\(TaskID.make())/logs", key: stranger)
            #expect(theirs.status == 404)
            #expect(theirs.json["message"] == nobodys.json["message"])
        }
    }

    @Test func missingLogsAndInvalidQueriesAreRejected() async throws {
        try await GatewayScope.run { gateway in
            let id = try await self.complete(try await self.submit(gateway), gateway)
            #expect(try await gateway.send(.get, "/v1/tasks/\(id)/logs").json["code"] == "no_log")
            #expect(try await gateway.send(.get, "/v1/tasks/\(id)/logs?attempt=2").faults == ["attempt"])
            #expect(try await gateway.send(.get, "/v1/tasks/\(id)/logs?attempt=x").faults == ["attempt"])
            #expect(try await gateway.send(.get, "/v1/tasks/\(id)/logs?follow=1").faults == ["follow"])
        }
    }

    @Test func aFollowerGetsAllOutputOnceAndThenTheEnd() async throws {
        try await GatewayScope.run { gateway in
            let id = try await self.submit(gateway)
            let task = try #require(TaskID(id))
            let epoch = try await self.begin(task, gateway)
            try await gateway.putLog(self.log("one"), of: task, attempt: 1)
            var pieces = gateway.follow("/v1/tasks/\(id)/logs?follow=true").makeAsyncIterator()
            #expect(await pieces.next() == "one\n")
            try await gateway.putLog(self.log("one", "two"), of: task, attempt: 1)
            _ = try await gateway.store.finish(
                task,
                attempt: 1,
                epoch: epoch,
                as: .failed(TaskFailure(code: "X", message: "x"))
            )
            #expect(await pieces.next() == "two\n")
            #expect(await pieces.next() == nil)
        }
    }

    /// In parts, each of which is what a follower counts.
    @Test func aFollowerGetsALongLogWhole() async throws {
        try await GatewayScope.run { gateway in
            let task = try await self.complete(try await self.submit(gateway), gateway)
            var log = OutputLog()
            for number in 0..<20_000 { log.append("line \(number) of an output that is far longer than anybody reads") }
            #expect(log.bytes.count > 2 * ResponseStream.queueLimit)
            try await gateway.putLog(log, of: task, attempt: 1)
            let followed = try await gateway.send(.get, "/v1/tasks/\(task)/logs?follow=true")
            #expect(followed.bytes == log.bytes)
        }
    }

    @Test func followingEndsWithTheKey() async throws {
        try await GatewayScope.run { gateway in
            let id = try await self.submit(gateway)
            let task = try #require(TaskID(id))
            try await self.begin(task, gateway)
            try await gateway.putLog(self.log("one"), of: task, attempt: 1)
            let key = try await gateway.key(scopes: [.read])
            var pieces = gateway.follow("/v1/tasks/\(id)/logs?follow=true", key: key).makeAsyncIterator()
            #expect(await pieces.next() == "one\n")
            let keys = try await gateway.send(.get, "/v1/keys").json["data"]?.array
            let extra = try #require(keys?.first { $0["name"] == "extra" }?["id"]?.string)
            #expect(try await gateway.send(.delete, "/v1/keys/\(extra)").status == 204)
            #expect(await pieces.next() == nil)
        }
    }
}
