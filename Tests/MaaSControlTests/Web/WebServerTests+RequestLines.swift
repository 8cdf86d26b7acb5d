internal import MaaSControl
internal import MaaSCore
internal import MaaSTesting
internal import Testing

/// Request lines that libwebsockets does not pass on as they were sent.
extension WebServerTests {
    @Test(
        arguments: [
            "/hello/%00", "/hello/%00abc", "/hello/%00/%00/", "/hello/.%00", "/tasks/%00/../a", "/hello%0a",
            "/hello%0D", "/hello%0d%0aX-Anything-At-ALL:%20a", "/hello/%00?a=1", "/query?a=b%0Ac", "/query?a=b%0d&c=d",
            "/tasks/a;b", "/tasks/a&b?c=d",
        ]
    )
    func aPathThatWouldBeCutIsRefused(_ path: String) async throws {
        let response = try await self.exchange("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(response.status == 400)
        let problem = try JSONValue(parsing: response.body)
        #expect(problem["code"] == "malformed_path")
        #expect(problem["detail"]?.string?.hasPrefix("the path and the query must not contain NUL") == true)
    }

    /// A page of another origin could not read the refusal, and a browser could take it for another type. Of a request
    /// with an unknown method, the origin is unknown.
    @Test(
        arguments: [
            ("GET /hello/%00", "", 400, "https://a.example"),
            ("GET /nowhere", "Upgrade: websocket\r\nConnection: Upgrade\r\n", 404, "https://a.example"),
            ("BREW /pot", "", 501, nil),
        ]
    )
    func aRefusalBeforeTheRouterHasTheHeadersOfAllResponses(
        _ line: String,
        _ headers: String,
        _ status: Int,
        _ origin: String?
    ) async throws {
        let origins = try #require(AllowedOrigins("https://a.example"))
        let configure: (Router) -> Void = { router in
            router.crossOrigin = CrossOriginPolicy(origins)
            router.standardHeaders = ["X-Content-Type-Options": "nosniff"]
        }
        let response = try await withWebServer(routes: configure) { server in
            let client = try RawClient(port: server.port)
            defer { client.close() }
            try await client.send("\(line) HTTP/1.1\r\nHost: a\r\nOrigin: https://a.example\r\n\(headers)\r\n")
            return try await client.response()
        }
        #expect(response.status == status)
        #expect(response.headers["access-control-allow-origin"] == origin)
        #expect(response.headers["x-content-type-options"] == "nosniff")
    }

    @Test(
        arguments: [
            ("/hello/", "hello"), ("/./x/..//hello?", "hello"), ("/query?", ""), ("/query?a=1&", "a=1"),
            ("/query?a=/&b=%2F", "a=/|b=/"), ("/tasks/a%20%0bb", "a \u{b}b"),
            ("/tasks/a%26b%3Bc", "a&b;c"),
        ]
    )
    func otherPathsAreNot(_ path: String, _ text: String) async throws {
        let response = try await self.exchange("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(response.status == 200)
        #expect(response.text == text)
    }

    @Test func aWebSocketIsRefusedAtACutPath() async throws {
        let response = try await self.exchange(
            "GET /hello/%00 HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
        )
        #expect(response.status == 400)
        #expect(try JSONValue(parsing: response.body)["code"] == "malformed_path")
    }

    @Test(arguments: ["BREW /pot HTTP/1.1\r\nHost: a\r\n\r\n", "PROPFIND / HTTP/1.1\r\nHost: a\r\n\r\n", "\0\0\0\0"])
    func anUnknownMethodIsAProblemToo(_ request: String) async throws {
        let response = try await self.exchange(request)
        #expect(response.status == 501)
        #expect(response.headers["content-type"] == "application/problem+json")
        #expect(response.headers["connection"] == "close")
        #expect(try JSONValue(parsing: response.body)["code"] == "not_implemented")
    }
}
