internal import MaaSControl
internal import MaaSCore
internal import MaaSTesting
internal import Testing

/// Temporary files of requests: how much disk all of them take.
extension WebServerTests {
    /// A form with one file of 70,000 bytes, of which 16,384 are free.
    private static let form: [UInt8] = {
        let part = "--XX\r\nContent-Disposition: form-data; name=\"a\"; filename=\"a\"\r\n\r\n"
        return Array(part.utf8) + [UInt8](repeating: 97, count: 70_000) + Array("\r\n--XX--\r\n".utf8)
    }()

    private static func open(_ method: String, _ path: String, on server: WebServer) async throws -> RawClient {
        let client = try RawClient(port: server.port)
        let body = method == "POST" ? Self.form : []
        let headers = "Host: a\r\nContent-Type: multipart/form-data; boundary=XX\r\nContent-Length: \(body.count)\r\n"
        try await client.send("\(method) \(path) HTTP/1.1\r\n\(headers)\r\n")
        try await client.send(body)
        return client
    }

    private static func answer(
        _ method: String,
        _ path: String,
        of server: WebServer
    ) async throws -> RawClient.Response {
        let client = try await Self.open(method, path, on: server)
        defer { client.close() }
        return try await client.response()
    }

    /// What is answered is forgotten.
    @Test func allFilesTogetherHaveALimitOfWhichAUserHasAShare() async throws {
        var configuration = WebServerConfiguration()
        configuration.fileBudgetBytes = 200_000
        configuration.largestFileBytes = 60_000
        let users = ["ada", "bob", "cara"]
        let isRead = Dictionary(uniqueKeysWithValues: users.map { ($0, Signal()) })
        let mayAnswer = Signal()
        try await withWebServer(configuration) { router in
            router.post("/{user}/held") { request in
                let user = request.parameters["user"]
                request.body.belongs(to: user)
                let form = try await MultipartForm.read(from: request)
                isRead[user]?.set()
                await mayAnswer.wait()
                return .text("\(form.files.map(\.file.count))")
            }
            router.post("/{user}") { request in
                request.body.belongs(to: request.parameters["user"])
                return .text("\(try await MultipartForm.read(from: request).files.map(\.file.count))")
            }
            router.get("/{user}/copy") { request in
                request.body.belongs(to: request.parameters["user"])
                let file = try TemporaryFile(in: "/tmp", of: request.body)
                try file.append([UInt8](repeating: 97, count: 70_000))
                return .text("\(file.count)")
            }
        } _: { server in
            var held: [RawClient] = []
            defer { for client in held { client.close() } }
            func hold(_ user: String) async throws {
                held.append(try await Self.open("POST", "/\(user)/held", on: server))
                await isRead[user]?.wait()
            }

            try await hold("ada")
            for (method, path) in [("POST", "/ada"), ("GET", "/ada/copy")] {
                let refused = try await Self.answer(method, path, of: server)
                #expect(refused.status == 429, "\(method)")
                #expect(refused.headers["retry-after"] == "2")
                #expect(refused.text.contains("too_many_large_requests"))
                #expect(refused.text.contains("the files of your requests in flight may total 100000 bytes"))
            }
            try await hold("bob")
            try await hold("cara")
            for (method, path) in [("POST", "/dora"), ("GET", "/dora/copy")] {
                let refused = try await Self.answer(method, path, of: server)
                #expect(refused.status == 503, "\(method)")
                #expect(refused.headers["retry-after"] == "2")
            }

            mayAnswer.set()
            for client in held {
                let answer = try await client.response()
                #expect(answer.text == "[70000]")
            }
            for (method, path, text) in [("POST", "/dora", "[70000]"), ("GET", "/dora/copy", "70000")] {
                let answer = try await Self.answer(method, path, of: server)
                #expect(answer.text == text)
            }
        }
    }
}
