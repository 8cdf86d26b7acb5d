internal import MaaSControl
internal import MaaSCore
internal import MaaSTesting
internal import Testing

/// Clients that send what nobody waits for, or do not take their answer: libwebsockets 4.1 would spin, or wait forever.
extension WebServerTests {
    @Test(arguments: ["websocket", "h2c"])
    func aRefusedUpgradeEndsItsConnection(protocol name: String) async throws {
        try await withWebServer(routes: Self.routes) { server in
            let client = try RawClient(port: server.port)
            defer { client.close() }
            try await client.send("HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n")
            let first = try await client.response(toHead: true)
            #expect(first.status == 200)
            let upgrade = "GET /hello HTTP/1.1\r\nHost: a\r\nUpgrade: \(name)\r\n\r\n"
            try await client.send(upgrade + "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx")
            try await client.readToEnd()
            let other = try RawClient(port: server.port)
            defer { other.close() }
            try await other.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
            let answer = try await other.response()
            #expect(answer.text == "hello")
        }
    }

    @Test func aRequestThatComesDuringALargeAnswerDoesNotCutIt() async throws {
        try await withWebServer(routes: Self.routes) { server in
            let client = try RawClient(port: server.port)
            defer { client.close() }
            try await client.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
            try await client.read { !$0.isEmpty }
            try await client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok")
            let response = try await client.response()
            #expect(response.body.count == 5_000_000)
        }
    }

    @Test func aByteThatIsReadAheadCostsNobodyElseARequest() async throws {
        try await withWebServer(routes: Self.routes) { server in
            let client = try RawClient(port: server.port, receiveBuffer: 2048, segmentSize: 1400)
            defer { client.close() }
            try await client.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\nG")
            try await client.read { !$0.isEmpty }
            for _ in 0..<3 {
                let other = try RawClient(port: server.port)
                defer { other.close() }
                try await other.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok")
                let response = try await other.response()
                #expect(response.text == "ok")
            }
        }
    }

    @Test func aClientThatOnlySendsIsCutOff() async throws {
        try await withWebServer(routes: Self.routes) { server in
            let client = try RawClient(port: server.port)
            defer { client.close() }
            try await client.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
            try await client.read { !$0.isEmpty }
            while server.connectionCount > 0 {
                try Task.checkCancellation()
                try? await client.send("G")
                try await LoopClock().sleep(for: .milliseconds(50))
            }
        }
    }

    /// Reading is not paused while a stream with something read ahead waits: that would make libwebsockets spin.
    @Test func aClientOfAStreamThatOnlySendsIsCutOff() async throws {
        try await withWebServer { router in
            router.get("/stream") { _ in
                .stream(type: "text/plain") { stream in
                    try await stream.write(Array("part".utf8))
                    await Signal().wait()
                }
            }
        } _: { server in
            let client = try RawClient(port: server.port)
            defer { client.close() }
            try await client.send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\nG")
            try await client.read { $0.suffix(6).elementsEqual("part\r\n".utf8) }
            while server.connectionCount > 0 {
                try Task.checkCancellation()
                try? await client.send("G")
                try await LoopClock().sleep(for: .milliseconds(50))
            }
        }
    }

    @Test func theLastPieceOfAStreamArrivesBeforeTheNext() async throws {
        let (begun, mayEnd) = (Signal(), Signal())
        try await withWebServer { router in
            router.get("/stream") { _ in
                .stream(type: "text/plain") { stream in
                    try await stream.write([UInt8](repeating: 120, count: 60_000))
                    begun.set()
                    await mayEnd.wait()
                }
            }
        } _: { server in
            let client = try RawClient(port: server.port, receiveBuffer: 2048, segmentSize: 1400)
            defer { client.close() }
            try await client.send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n")
            await begun.wait()
            try await client.read { $0.count > 60_000 }
            mayEnd.set()
            let response = try await client.response()
            #expect(response.body.count == 60_000)
        }
    }

    @Test func anAnswerThatNobodyTakesEndsItsConnection() async throws {
        var configuration = WebServerConfiguration()
        configuration.stallTimeout = .seconds(1)
        try await withWebServer(configuration) { router in
            router.get("/answer") { _ in .text(String(repeating: "x", count: 60_000)) }
        } _: { server in
            let client = try RawClient(port: server.port, receiveBuffer: 2048, segmentSize: 1400)
            defer { client.close() }
            try await client.send("GET /answer HTTP/1.1\r\nHost: a\r\n\r\n")
            while server.connectionCount == 0 {
                try Task.checkCancellation()
                try await LoopClock().sleep(for: .milliseconds(10))
            }
            // Sooner than the suite's limit, and than a connection without a request would be closed.
            while server.connectionCount > 0 {
                try Task.checkCancellation()
                try await LoopClock().sleep(for: .milliseconds(50))
            }
        }
    }
    @Test func aBodyHasALimitOfTimeAgainOnceItsHandlerReadsOn() async throws {
        var configuration = WebServerConfiguration()
        configuration.stallTimeout = .seconds(1)
        configuration.bodyBufferBytes = 1000
        let (began, mayRead) = (Signal(), Signal())
        try await withWebServer(configuration) { router in
            router.post("/held") { request in
                began.set()
                await mayRead.wait()
                return .text("\(try await request.body(limit: 2000).count)")
            }
            router.post("/body") { .text("\(try await $0.body(limit: 2000).count)") }
        } _: { server in
            let open = { @LoopActor (path: String, count: Int) async throws -> RawClient in
                let client = try RawClient(port: server.port)
                let head = "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: 2000\r\n\r\n"
                try await client.send(head + String(repeating: "x", count: count))
                return client
            }
            let held = try await open("/held", 1000)
            defer { held.close() }
            await began.wait()
            // By whose end it is known that the first one's limit did not count.
            let other = try await open("/body", 1)
            defer { other.close() }
            try await other.readToEnd()
            #expect(server.connectionCount == 1)
            mayRead.set()
            try await held.readToEnd()
        }
    }
}
