internal import MaaSCore
internal import MaaSTesting
internal import Testing

@Suite(.timeLimit(.minutes(1)))
@LoopActor
struct HTTPClientTests {
    @Test(arguments: [HTTPMethod.get, .post, .put, .patch, .delete, HTTPMethod("PROPFIND")])
    func requestsArriveAsSent(method: HTTPMethod) async throws {
        try await withHTTPServer { client, url in
            let body = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let response = try await client.send(
                HTTPRequest(method, url + "/a/../b%20c?d=%2F", headers: ["X-One": "1", "X-Empty": ""], body: body)
            )
            let echo = try JSONValue(parsing: response.body)
            #expect(response.status == 200)
            #expect(response.headers["content-type"] == "application/json")
            #expect(echo["method"]?.string == method.rawValue)
            #expect(echo["path"]?.string == "/a/../b%20c?d=%2F")
            #expect(echo["sha256"]?.string == Hexadecimal.encode(SHA256.digest(of: body)))
            #expect(echo["headers"]?["x-one"] == "1")
            #expect(echo["headers"]?["x-empty"] == "")
            #expect(echo["headers"]?["content-length"] == "300000")
            #expect(echo["headers"]?["expect"] == nil)
            #expect(echo["headers"]?["user-agent"] == "maas")
        }
    }

    @Test func emptyBodiesHaveALengthOnlyWhereRequired() async throws {
        try await withHTTPServer { client, url in
            let get = try JSONValue(parsing: try await client.send(HTTPRequest(.get, url)).body)
            let post = try JSONValue(parsing: try await client.send(HTTPRequest(.post, url)).body)
            #expect(get["headers"]?["content-length"] == nil)
            #expect(post["headers"]?["content-length"] == "0")
            let head = try await client.send(HTTPRequest(.head, url + "/bytes/1000"))
            #expect(head.headers["Content-Length"] == "1000")
            #expect(head.body.isEmpty)
        }
    }

    @Test func connectionsAreReusedAndStaleOnesReplaced() async throws {
        try await withHTTPServer { client, url in
            let first = try JSONValue(parsing: try await client.send(HTTPRequest(.get, url)).body)
            let second = try JSONValue(parsing: try await client.send(HTTPRequest(.get, url)).body)
            #expect(first["port"] == second["port"])
            _ = try await client.send(HTTPRequest(.get, url + "/stale"))
            let body: [UInt8] = Array("sent again".utf8)
            let third = try JSONValue(parsing: try await client.send(HTTPRequest(.put, url, body: body)).body)
            #expect(third["sha256"]?.string == Hexadecimal.encode(SHA256.digest(of: body)))
        }
    }

    @Test(arguments: ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "[::1]", "[::ffff:127.0.0.1]"])
    func aPublicClientCannotReachPrivateAddresses(host: String) async throws {
        try await withHTTPServer { _, url in
            let port = url.split(separator: ":").last ?? ""
            let client = HTTPClient(configuration: HTTPClientConfiguration(addresses: .publicOnly()))
            defer { client.close() }
            let code = await failure { try await client.send(HTTPRequest(.get, "http://\(host):\(port)/")) }
            #expect(code == .forbiddenAddress)
        }
    }

    @Test func theOperatorsExceptionsAreReached() async throws {
        try await withHTTPServer { _, url in
            let network = try #require(IPNetwork("127.0.0.0/8"))
            let client = HTTPClient(configuration: HTTPClientConfiguration(addresses: .publicOnly(except: [network])))
            defer { client.close() }
            #expect(try await client.send(HTTPRequest(.get, url + "/status/204")).status == 204)
        }
    }

    @Test func badStatusesAndRedirectsAreAnswers() async throws {
        try await withHTTPServer { client, url in
            let missing = try await client.send(HTTPRequest(.get, url + "/status/404"))
            #expect(missing.status == 404)
            #expect(missing.body == Array("status 404".utf8))
            let redirect = try await client.send(HTTPRequest(.get, url + "/redirect"))
            #expect(redirect.status == 302)
            #expect(redirect.headers["location"] == "/echo")
            let interim = try await client.send(HTTPRequest(.get, url + "/interim"))
            #expect(interim.headers["X-Kind"] == "final")
            #expect(interim.headers["X-Hint"] == nil)
            #expect(interim.headers["X-Late"] == nil)
            #expect(interim.body == Array("abc".utf8))
        }
    }

    @Test func compressionIsDecodedOnRequest() async throws {
        try await withHTTPServer { client, url in
            var request = HTTPRequest(.get, url + "/gzip/100000")
            #expect(try await client.send(request).headers["Content-Encoding"] == nil)
            request.acceptsCompression = true
            let response = try await client.send(request)
            #expect(response.headers["Content-Encoding"] == "gzip")
            #expect(response.body.count == 100_000)
        }
    }

    @Test func manyAtOnce() async throws {
        try await withHTTPServer { client, url in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<50 {
                    group.addTask {
                        try await client.send(HTTPRequest(.get, url + "/bytes/\(number * 1000)")).body.count
                    }
                }
                var sum = 0
                for try await count in group { sum += count }
                #expect(sum == 49 * 50 / 2 * 1000)
            }
        }
    }

    @Test(arguments: [
        ("/slam", HTTPClientError.Code.connectionLost), ("/truncate", .connectionLost), ("/cut-chunk", .connectionLost),
        ("/garbage", .invalidResponse), ("/bytes/1001", .bodyTooLarge), ("/ space", .invalidRequest),
    ])
    func failures(path: String, code: HTTPClientError.Code) async throws {
        try await withHTTPServer { client, url in
            #expect(
                await failure { try await client.send(HTTPRequest(.get, url + path), maximumBody: 1000) } == code
            )
            // And the client is none the worse for it.
            let next = try await client.send(HTTPRequest(.get, url + "/bytes/1000"), maximumBody: 1000)
            #expect(next.body.count == 1000)
        }
    }

    @Test(arguments: ["ftp://127.0.0.1/", "127.0.0.1", "", "file:///etc/passwd", "http://"])
    func otherURLsAreRejected(url: String) async {
        let client = HTTPClient()
        defer { client.close() }
        #expect(await failure { try await client.send(HTTPRequest(.get, url)) } == .invalidRequest)
    }

    @Test func headersCannotSmuggle() async {
        let client = HTTPClient()
        defer { client.close() }
        let request = HTTPRequest(.get, "http://127.0.0.1:1/", headers: ["X": "a\r\nY: b"])
        #expect(await failure { try await client.send(request) } == .invalidRequest)
        #expect(
            await failure { try await client.send(HTTPRequest(HTTPMethod("G T"), "http://127.0.0.1:1/")) }
                == .invalidRequest
        )
    }

    @Test func nobodyThere() async {
        let client = HTTPClient()
        defer { client.close() }
        #expect(await failure { try await client.send(HTTPRequest(.get, "http://127.0.0.1:1/")) } == .cannotConnect)
        #expect(
            await failure { try await client.send(HTTPRequest(.get, "http://nowhere.invalid/")) } == .cannotConnect
        )
    }

    @Test func timeouts() async throws {
        try await withHTTPServer { client, url in
            let total = HTTPTimeouts(total: .milliseconds(200))
            #expect(
                await failure { try await client.send(HTTPRequest(.get, url + "/hang", timeouts: total)) }
                    == .timedOut
            )
            let stall = HTTPTimeouts(total: nil, stall: .seconds(1))
            #expect(
                await failure { try await client.send(HTTPRequest(.get, url + "/stall", timeouts: stall)) }
                    == .timedOut
            )
        }
    }

    /// Neither memory nor time is the peer's to take, whatever limit the body has.
    @Test(arguments: ["/headers/final", "/headers/interim", "/headers/trailer"])
    func headersAreLimited(path: String) async throws {
        try await withHTTPServer { client, url in
            let request = HTTPRequest(.get, url + path, timeouts: HTTPTimeouts(total: .seconds(10)))
            #expect(await failure { try await client.send(request) } == .invalidResponse)
        }
    }

    @Test func aHangingNameServerBlocksNothing() async throws {
        let client = HTTPClient()
        defer { client.close() }
        var request = HTTPRequest(.get, "http://\(SlowNames.host)/")
        request.timeouts = HTTPTimeouts(connect: .milliseconds(100), total: .milliseconds(100))
        let limit = SlowNames.delay / 2
        let standstill = await longestStandstill(below: limit) {
            #expect(await failure { try await client.send(request) } == .timedOut)
        }
        #expect(standstill < limit)
        request.timeouts = HTTPTimeouts()
        let afterCancellation = try await longestStandstill(below: limit) {
            let count = SlowNames.lookUpCount
            let task = Task { @LoopActor in await failure { try await client.send(request) } }
            while SlowNames.lookUpCount == count { try await LoopClock().sleep(for: .milliseconds(1)) }
            task.cancel()
            #expect(await task.value == .cancelled)
        }
        #expect(afterCancellation < limit)
    }

    @Test func cancellationEndsTheTransfer() async throws {
        try await withHTTPServer { client, url in
            let task = Task { @LoopActor in
                await failure { try await client.send(HTTPRequest(.get, url + "/hang")) }
            }
            _ = try await client.send(HTTPRequest(.get, url + "/wait-for-hang"))
            task.cancel()
            #expect(await task.value == .cancelled)
            #expect(await failure { try await client.send(HTTPRequest(.get, url + "/bytes/1")) } == nil)
        }
    }

    @Test func aCancelledTaskSendsNothing() async {
        let client = HTTPClient()
        defer { client.close() }
        let task = Task { @LoopActor in
            withUnsafeCurrentTask { $0?.cancel() }
            return await failure { try await client.send(HTTPRequest(.get, "http://127.0.0.1:1/")) }
        }
        #expect(await task.value == .cancelled)
    }

    @Test func closingFailsPendingWork() async throws {
        try await withHTTPServer { client, url in
            let task = Task { @LoopActor in
                await failure { try await client.send(HTTPRequest(.get, url + "/hang")) }
            }
            _ = try await client.send(HTTPRequest(.get, url + "/wait-for-hang"))
            client.close()
            client.close()
            #expect(await task.value == .closed)
            #expect(await failure { try await client.send(HTTPRequest(.get, url)) } == .closed)
        }
    }
}
