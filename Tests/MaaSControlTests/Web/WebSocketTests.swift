internal import MaaSControl
internal import MaaSCore
internal import MaaSTesting
internal import Testing

/// Echoes, and remembers how it ended.
@LoopActor
private final class Echo: WebSocketHandler {
    let ended = Signal()
    var code = 0
    var reason = ""
    var drainCount = 0

    func received(_ message: WebSocketMessage, on connection: WebSocketConnection) {
        switch message {
        case .text("close"): connection.close(code: 4001, reason: "as you wish")
        case .text("flood"):
            while connection.send(text: String(repeating: "x", count: 100_000)) {}
            connection.close(code: 1000)
        case .text(let text): connection.send(text: text)
        case .binary(let bytes): connection.send(binary: bytes)
        }
    }

    func drained(_ connection: WebSocketConnection) { self.drainCount += 1 }

    func closed(_ connection: WebSocketConnection, code: Int, reason: String) {
        self.code = code
        self.reason = reason
        self.ended.set()
    }
}

@LoopActor
@Suite("WebSockets", .timeLimit(.minutes(1)))
struct WebSocketTests {
    private func withEcho(
        pingInterval: Duration = .seconds(25),
        pongTimeout: Duration = .seconds(10),
        _ body: (RawClient, Echo, WebServer) async throws -> Void
    ) async throws {
        let echo = Echo()
        var configuration = WebServerConfiguration()
        configuration.maximumMessageBytes = 200_000
        configuration.pingInterval = pingInterval
        configuration.pongTimeout = pongTimeout
        try await withWebServer(configuration) { router in
            router.webSocket("/ws", subprotocols: ["progress.v1"]) { request in
                guard request.headers["origin"] != "https://evil.example" else {
                    throw WebError.forbidden("this origin")
                }
                return echo
            }
            router.webSocket("/plain") { _ in echo }
        } _: { server in
            let client = try RawClient(port: server.port)
            defer { client.close() }
            try await body(client, echo, server)
        }
    }

    private func handshake(
        _ client: RawClient,
        path: String = "/ws",
        _ headers: HTTPHeaders = ["Sec-WebSocket-Protocol": "progress.v1, ticket.abc"],
        version: Int = 13
    ) async throws -> RawClient.Response {
        let lines = headers.map { "\($0.name): \($0.value)\r\n" }.joined()
        try await client.send(
            "GET \(path) HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: \(version)\r\n\(lines)\r\n"
        )
        return try await client.response()
    }

    @Test func theHandshakeChoosesTheSubprotocol() async throws {
        try await self.withEcho { client, _, _ in
            let response = try await self.handshake(client)
            #expect(response.status == 101)
            #expect(response.headers["sec-websocket-protocol"] == "progress.v1")
            #expect(response.headers["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        }
    }

    @Test func refusalsArePlainHTTP() async throws {
        let cases: [(String, HTTPHeaders, Int, Int)] = [
            ("/ws", ["Sec-WebSocket-Protocol": "other"], 13, 400), ("/ws", [:], 13, 400),
            ("/ws", ["Sec-WebSocket-Protocol": "progress.v1"], 12, 426),
            ("/ws", ["Sec-WebSocket-Protocol": "progress.v1", "Origin": "https://evil.example"], 13, 403),
            ("/ws", ["Sec-WebSocket-Protocol": "progress.v1, " + String(repeating: "x", count: 200)], 13, 431),
            ("/nowhere", ["Sec-WebSocket-Protocol": "progress.v1"], 13, 404),
        ]
        for (path, headers, version, status) in cases {
            try await self.withEcho { client, _, _ in
                let response = try await self.handshake(client, path: path, headers, version: version)
                #expect(response.status == status, "\(path) \(headers)")
                #expect(response.headers["content-type"] == "application/problem+json")
            }
        }
    }

    @Test func messagesComeBack() async throws {
        try await self.withEcho { client, _, _ in
            _ = try await self.handshake(client)
            try await client.sendFrame(.text, "hello 世界")
            let text = try await client.frame()
            #expect(text.text == "hello 世界")
            try await client.sendFrame(.binary, [0, 1, 255])
            let binary = try await client.frame()
            #expect(binary.opcode == .binary && binary.payload == [0, 1, 255])
        }
    }

    @Test func longMessagesAreFragmentedBothWays() async throws {
        try await self.withEcho { client, _, _ in
            _ = try await self.handshake(client)
            let long = String(repeating: "a long message ", count: 10_000)
            try await client.sendFrame(.text, Array(long.utf8.prefix(70_000)), isFinal: false)
            try await client.sendFrame(.ping, "still there?")
            try await client.sendFrame(.continuation, Array(long.utf8.dropFirst(70_000)))
            let pong = try await client.frame()
            #expect(pong.opcode == .pong && pong.text == "still there?")
            let message = try await client.message()
            #expect(message == Array(long.utf8))
        }
    }

    @Test func theSubprotocolIsOptional() async throws {
        try await self.withEcho { client, _, _ in
            let response = try await self.handshake(client, path: "/plain", [:])
            #expect(response.status == 101)
            #expect(response.headers["sec-websocket-protocol"] == nil)
        }
    }

    @Test func bothSidesMayClose() async throws {
        try await self.withEcho { client, echo, _ in
            _ = try await self.handshake(client)
            try await client.sendFrame(.text, "close")
            let frame = try await client.frame()
            #expect(frame.opcode == .close && frame.payload == [15, 161] + Array("as you wish".utf8))
            client.close()
            await echo.ended.wait()
            #expect(echo.code == 4001)
        }
        try await self.withEcho { client, echo, _ in
            _ = try await self.handshake(client)
            try await client.sendFrame(.close, [3, 232] + Array("bye".utf8))
            await echo.ended.wait()
            #expect(echo.code == 1000 && echo.reason == "bye")
        }
    }

    @Test func aBrokenConnectionIsDetected() async throws {
        try await self.withEcho { client, echo, _ in
            _ = try await self.handshake(client)
            client.reset()
            await echo.ended.wait()
            #expect(echo.code == 1006)
        }
    }

    @Test func anOversizedMessageClosesTheConnection() async throws {
        try await self.withEcho { client, echo, _ in
            _ = try await self.handshake(client)
            try await client.sendFrame(.text, [UInt8](repeating: 97, count: 200_001))
            let frame = try await client.frame()
            #expect(frame.opcode == .close && frame.payload.prefix(2) == [3, 241])
            client.close()
            await echo.ended.wait()
        }
    }

    @Test func theQueueIsBoundedAndDrains() async throws {
        try await self.withEcho { client, echo, _ in
            _ = try await self.handshake(client)
            try await client.sendFrame(.text, "flood")
            var count = 0
            while true {
                let frame = try await client.frame()
                if frame.opcode == .close { break }
                count += frame.payload.count
            }
            #expect(count == 1_000_000)
            client.close()
            await echo.ended.wait()
        }
    }

    @Test func invalidTextIsRefused() async throws {
        try await self.withEcho { client, echo, _ in
            _ = try await self.handshake(client)
            try await client.sendFrame(.text, [0xC3, 0x28])
            let frame = try await client.frame()
            #expect(frame.opcode == .close && frame.payload.prefix(2) == [3, 239])
            client.close()
            await echo.ended.wait()
        }
    }

    @Test func aPeerThatAnswersPingsStays() async throws {
        try await self.withEcho(pingInterval: .milliseconds(100)) { client, _, _ in
            _ = try await self.handshake(client)
            for _ in 0..<3 {
                let ping = try await client.frame()
                #expect(ping.opcode == .ping)
                try await client.sendFrame(.pong, ping.payload)
            }
        }
    }

    /// Pongs that nobody asked for have no payload; libwebsockets would take them for answers, and time each connection
    /// anew.
    @Test(arguments: [0, 20_000])
    func aPeerThatDoesNotAnswerAPingIsGivenUp(pongCount: Int) async throws {
        try await self.withEcho(pingInterval: .seconds(1), pongTimeout: .milliseconds(200)) { client, echo, _ in
            _ = try await self.handshake(client)
            let pongs = (0..<pongCount).flatMap { _ in [0x8A, 0x80, 1, 2, 3, 4] as [UInt8] }
            try await client.send(pongs)
            let ping = try await client.frame()
            #expect(ping.opcode == .ping && !ping.payload.isEmpty)
            try await client.send(pongs)
            await echo.ended.wait()
            #expect(echo.code == 1006)
        }
    }

    @Test func aPingOvertakesWhatAPeerDoesNotTake() async throws {
        try await self.withEcho(pingInterval: .milliseconds(100)) { other, _, server in
            let client = try RawClient(port: server.port, receiveBuffer: 2048, segmentSize: 1400)
            defer { client.close() }
            _ = try await self.handshake(client)
            for _ in 0..<5 { try await client.sendFrame(.binary, [UInt8](repeating: 1, count: 190_000)) }
            // By whose second ping it is known that the first client's is due.
            _ = try await self.handshake(other)
            for _ in 0..<2 {
                let ping = try await other.frame()
                #expect(ping.opcode == .ping)
                try await other.sendFrame(.pong, ping.payload)
            }
            var (count, pingedAt) = (0, 0)
            while count < 950_000 {
                let frame = try await client.frame()
                if frame.opcode == .ping { pingedAt = count } else { count += frame.payload.count }
            }
            #expect((1..<950_000).contains(pingedAt))
        }
    }

    @Test func stoppingSaysGoingAway() async throws {
        try await self.withEcho { client, echo, server in
            _ = try await self.handshake(client)
            let stopped = Task { await server.stop() }
            let frame = try await client.frame()
            #expect(frame.opcode == .close && frame.payload.prefix(2) == [3, 233])
            client.close()
            await stopped.value
            #expect(echo.code == 1001)
        }
    }
}
