@testable internal import MaaSControl
internal import MaaSCore
internal import MaaSTesting
internal import Testing

/// Bodies of requests: how they come, how much of them, and what becomes of those that break off.
extension WebServerTests {
    @Test func chunkedBodiesAreDecoded() async throws {
        let response = try await self.exchange(
            "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nTrailer: x\r\n\r\n"
        )
        #expect(response.text == "hello world")
        #expect(response.headers["connection"] == "close")
        let broken = try await self.exchange(
            "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n"
        )
        #expect(broken.status == 400)
    }

    @Test func largeBodiesAreStreamedWithBackpressure() async throws {
        try await withWebServer(routes: Self.routes) { server in
            let client = try RawClient(port: server.port)
            defer { client.close() }
            let count = 30_000_000
            try await client.send("POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: \(count)\r\n\r\n")
            try await client.send([UInt8](repeating: 97, count: count))
            let response = try await client.response()
            #expect(response.text == "\(count)")
        }
    }

    /// Each is within what one body may have. What is small is let through, and what was answered is forgotten.
    @Test func allBodiesTogetherHaveALimit() async throws {
        var configuration = WebServerConfiguration()
        configuration.bodyBudgetBytes = 50_000
        let (isRead, mayAnswer) = (Signal(), Signal())
        try await withWebServer(configuration) { router in
            router.post("/held") { request in
                let count = try await request.body(limit: 100_000).count
                isRead.set()
                await mayAnswer.wait()
                return .text("\(count)")
            }
            router.post("/body") { .text("\(try await $0.body(limit: 100_000).count)") }
            router.post("/form") { request in
                .text("\(try await MultipartForm.read(from: request).fields.count)")
            }
            router.post("/pieces") { request in
                // As one who looks first who it is: much has arrived by then.
                try await LoopClock().sleep(for: .milliseconds(50))
                var count = 0
                for try await piece in request.body { count += piece.count }
                return .text("\(count)")
            }
        } _: { server in
            let post = { @LoopActor (path: String, body: String, headers: String) async throws -> RawClient.Response in
                let client = try RawClient(port: server.port)
                defer { client.close() }
                let head = "POST \(path) HTTP/1.1\r\nHost: a\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n"
                try await client.send(head + body)
                return try await client.response()
            }
            let large = String(repeating: "x", count: 60_000)
            let first = Task { try await post("/held", large, "") }
            await isRead.wait()
            let second = try await post("/body", large, "")
            #expect(second.status == 503)
            #expect(second.headers["retry-after"] != nil)
            let small = try await post("/body", String(repeating: "x", count: 16_000), "")
            #expect(small.status == 200)
            let part = "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\(large)\r\n--XX--\r\n"
            let form = try await post("/form", part, "Content-Type: multipart/form-data; boundary=XX\r\n")
            #expect(form.status == 503)
            let pieces = try await post("/pieces", large, "")
            #expect(pieces.status == 200 && pieces.text == "60000")
            mayAnswer.set()
            let held = try await first.value
            #expect(held.status == 200)
            let third = try await post("/body", large, "")
            #expect(third.status == 200)
            let again = try await post("/form", part, "Content-Type: multipart/form-data; boundary=XX\r\n")
            #expect(again.status == 200)
        }
    }

    /// Two bodies that arrive slowly are one user's share. A third is refused, and somebody else's is not.
    @Test func oneUserLeavesRoomForTheOthers() async throws {
        var configuration = WebServerConfiguration()
        configuration.bodyBudgetBytes = 200_000
        configuration.largestBodyBytes = 60_000
        let arrived = [Signal(), Signal()]
        try await withWebServer(configuration) { router in
            router.post("/{user}/slow/{number}") { request in
                let number = try #require(Int(request.parameters["number"]))
                request.body.belongs(to: request.parameters["user"])
                var count = 0
                for try await piece in request.body {
                    try request.body.keep(piece.count)
                    count += piece.count
                    if count == 59_000 { arrived[number].set() }
                }
                return .text("\(count)")
            }
            router.post("/{user}") { request in
                request.body.belongs(to: request.parameters["user"])
                return .text("\(try await request.body(limit: 60_000).count)")
            }
        } _: { server in
            @LoopActor func open(_ path: String) async throws -> RawClient {
                let client = try RawClient(port: server.port)
                try await client.send("POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n")
                return client
            }
            let most = [UInt8](repeating: 97, count: 59_000)
            let rest = [UInt8](repeating: 97, count: 1_000)
            let slow = [try await open("/ada/slow/0"), try await open("/ada/slow/1")]
            defer { for client in slow { client.close() } }
            for (client, signal) in zip(slow, arrived) {
                try await client.send(most)
                await signal.wait()
            }
            for (user, status) in [("ada", 429), ("bob", 200)] {
                let client = try await open("/\(user)")
                defer { client.close() }
                try await client.send(most + rest)
                let answer = try await client.response()
                #expect(answer.status == status, "\(user)")
                if status == 429 {
                    #expect(answer.headers["retry-after"] == "2")
                    #expect(answer.text.contains("may total 100000 bytes"))
                    #expect(answer.text.contains("too_many_large_requests"))
                }
            }
            for client in slow {
                try await client.send(rest)
                let answer = try await client.response()
                #expect(answer.text == "60000")
            }
            let again = try await open("/ada")
            defer { again.close() }
            try await again.send(most + rest)
            let answer = try await again.response()
            #expect(answer.status == 200)
        }
    }

    @Test func anOversizedBodyIsRejectedBeforeItIsSent() async throws {
        let response = try await self.exchange("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\nabc")
        #expect(response.status == 413)
        #expect(response.headers["connection"] == "close")
    }

    @Test func aClientStillSendingItsBodySeesTheRejection() async throws {
        try await withWebServer(routes: Self.routes) { server in
            let client = try RawClient(port: server.port)
            defer { client.close() }
            try await client.send("POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n")
            try await client.send([UInt8](repeating: 97, count: 3_000_000))
            let response = try await client.response()
            #expect(response.text == "ignored")
        }
    }

    @Test func continueIsSentWhenTheBodyIsWanted() async throws {
        try await withWebServer(routes: Self.routes) { server in
            let client = try RawClient(port: server.port)
            defer { client.close() }
            try await client.send(
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
            )
            let interim = try await client.response()
            #expect(interim.status == 100)
            try await client.send("ok")
            let response = try await client.response()
            #expect(response.text == "ok")
        }
    }

    @Test func aTruncatedBodyEndsTheRead() async throws {
        let began = Signal()
        let broken = Signal()
        var configuration = WebServerConfiguration()
        // Only the disconnect ends it in time.
        configuration.stallTimeout = .minutes(5)
        try await withWebServer(configuration) { router in
            router.post("/upload") { request in
                began.set()
                do {
                    return .text("\(try await request.body(limit: 1000).count)")
                } catch {
                    broken.set()
                    throw error
                }
            }
        } _: { server in
            let client = try RawClient(port: server.port)
            try await client.send("POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf")
            await began.wait()
            client.reset()
            await broken.wait()
        }
    }

    /// Clients that do not read them.
    @Test func largeAnswersToAUserTogetherHaveALimit() async throws {
        var configuration = WebServerConfiguration()
        configuration.bodyBudgetBytes = 24_000_000
        configuration.largestBodyBytes = 1_000_000
        try await withWebServer(configuration) { router in
            router.get("/own") { request in
                request.body.belongs(to: request.query["user"] ?? "")
                return WebResponse(status: 200, body: .bytes([UInt8](repeating: 97, count: 5_000_000)))
            }
            router.get("/public") { _ in
                WebResponse(status: 200, body: .bytes([UInt8](repeating: 97, count: 30_000_000)))
            }
        } _: { server in
            let ask = { @LoopActor (path: String) async throws -> (client: RawClient, status: String) in
                let client = try RawClient(port: server.port, receiveBuffer: 4096)
                try await client.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
                try await client.read { $0.count >= 12 }
                return (client, String(decoding: client.received[9..<12], as: UTF8.self))
            }
            let first = try await ask("/own?user=ada")
            let second = try await ask("/own?user=ada")
            let third = try await ask("/own?user=ada")
            #expect([first, second, third].map(\.status) == ["200", "200", "429"])
            // One is sent, and its bytes count no longer.
            #expect(try await first.client.response().body.count == 5_000_000)
            let again = try await ask("/own?user=ada")
            let other = try await ask("/own?user=bob")
            let all = try await ask("/public")
            #expect([again, other, all].map(\.status) == ["200", "200", "200"])
            for one in [first, second, third, again, other, all] { one.client.close() }
            while server.budgets.bodies.used > 0 { try await LoopClock().sleep(for: .milliseconds(5)) }
        }
    }

    /// A file that is sent in pieces, and output that is followed.
    @Test(arguments: [("file", 8_000_000), ("log", 1_000_000)])
    func whatIsWrittenWhileItIsSentCountsToo(path: String, budget: Int) async throws {
        var configuration = WebServerConfiguration()
        configuration.bodyBudgetBytes = budget
        configuration.largestBodyBytes = 1_000
        try await withWebServer(configuration) { router in
            let write: @Sendable @LoopActor (ResponseStream) async throws -> Void = { stream in
                for _ in 0..<10 { try await stream.write([UInt8](repeating: 97, count: 500_000)) }
            }
            router.get("/{user}/file") { request in
                request.body.belongs(to: request.parameters["user"])
                return WebResponse(status: 200, body: .sized(5_000_000, write))
            }
            router.get("/{user}/log") { request in
                request.body.belongs(to: request.parameters["user"])
                return WebResponse(status: 200, body: .stream(write))
            }
        } _: { server in
            let ask = { @LoopActor (user: String) async throws -> (client: RawClient, status: String) in
                let client = try RawClient(port: server.port, receiveBuffer: 4096)
                try await client.send("GET /\(user)/\(path) HTTP/1.1\r\nHost: a\r\n\r\n")
                try await client.read { $0.count >= 12 }
                return (client, String(decoding: client.received[9..<12], as: UTF8.self))
            }
            let first = try await ask("ada")
            let second = try await ask("ada")
            let third = try await ask("ada")
            #expect([first, second, third].map(\.status) == ["200", "200", "429"])
            #expect(try await first.client.response().body.count == 5_000_000)
            let again = try await ask("ada")
            let other = try await ask("bob")
            #expect([again, other].map(\.status) == ["200", "200"])
            for one in [first, second, third, again, other] { one.client.close() }
            while server.budgets.bodies.used > 0 { try await LoopClock().sleep(for: .milliseconds(5)) }
        }
    }

    @Test func whatAHandlerHoldsCountsAlsoWhenItsClientHasLeft() async throws {
        var configuration = WebServerConfiguration()
        configuration.bodyBudgetBytes = 1_000_000
        let (isHeld, hasLeft, mayAnswer) = (Signal(), Signal(), Signal())
        try await withWebServer(configuration) { router in
            router.post("/held") { request in
                let count = try await request.body(limit: 100_000).count
                isHeld.set()
                await withTaskCancellationHandler {
                    // As a query, which is not cancelled with the request.
                    await Task { await mayAnswer.wait() }.value
                } onCancel: {
                    LoopActor.later { hasLeft.set() }
                }
                return .text("\(count)")
            }
        } _: { server in
            let client = try RawClient(port: server.port)
            try await client.send("POST /held HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n")
            try await client.send([UInt8](repeating: 97, count: 100_000))
            await isHeld.wait()
            client.close()
            await hasLeft.wait()
            #expect(server.budgets.bodies.used > 0)
            mayAnswer.set()
            while server.budgets.bodies.used > 0 { try await LoopClock().sleep(for: .milliseconds(5)) }
        }
    }
}
