@testable internal import APIGateway
internal import MaaSControl
internal import MaaSCore
internal import MaaSTesting
internal import Testing

/// What pictures may take of the gateway's disk.
extension GatewayTests {
    private static let large = Self.picture + [UInt8](repeating: 0, count: 45_000)

    /// Begins to send a form with the picture, and returns once the picture is on the disk.
    private func holdPicture(of gateway: GatewayScope) async throws -> RawClient {
        let port = try #require(gateway.url.split(separator: ":").last.flatMap { Int($0) })
        let client = try RawClient(port: port)
        let part = "--XX\r\nContent-Disposition: form-data; name="
        let body = Array("\(part)\"image\"; filename=\"a\"\r\n\r\n".utf8) + Self.large + Array("\r\n--XX".utf8)
        try await client.send(
            "POST /v1/tasks HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(gateway.key.text)\r\n"
                + "Content-Type: multipart/form-data; boundary=XX\r\nContent-Length: \(body.count + 100)\r\n\r\n"
        )
        try await client.send(body)
        // The first 16,384 bytes are free.
        let line = "maas_http_file_bytes \(Self.large.count - 16_384)\n"
        while !gateway.metrics.text.contains(line) { _ = try await gateway.send(.get, "/v1/me") }
        return client
    }

    @Test("A picture that would exceed the user's share of the disk is refused, whichever way it comes")
    func shareOfEveryWay() async throws {
        try await SupportProgram.withServer("http-server.py") { port in
            try await GatewayScope.run(configure: {
                $0.outbound.allowedNetworks = [IPNetwork("127.0.0.1")].compactMap { $0 }
                $0.apiGateway.imageLimit = ByteCount(50_000)
                $0.apiGateway.fileBudget = ByteCount(100_000)
            }) { gateway in
                let earlier = try await gateway.sendForm(Self.task.text, picture: Self.large)
                let upload = try await gateway.openUpload(of: Self.large.count)
                try await gateway.put(Self.large, at: try #require(upload.json["url"]?.string))
                let images: [JSONValue] = [
                    .string("data:image/png;base64," + Base64.standard.encode(Self.large)),
                    .string("http://127.0.0.1:\(port)/bytes/45000"),
                    ["upload_id": upload.json["upload_id"] ?? .null],
                    ["task_id": earlier.json["task_id"] ?? .null],
                ]
                let held = try await self.holdPicture(of: gateway)
                for image in images {
                    var task = Self.task
                    task["image"] = image
                    let refused = try await gateway.send(.post, "/v1/tasks", json: task)
                    #expect(refused.status == 429, "\(image)")
                    #expect(refused.json["code"] == "too_many_large_requests")
                }
                let form = try await gateway.sendForm(Self.task.text, picture: Self.large)
                #expect(form.status == 429)
                held.close()
                let isAnswered = "maas_http_file_bytes 0\n"
                while !gateway.metrics.text.contains(isAnswered) { _ = try await gateway.send(.get, "/v1/me") }
                let again = try await gateway.sendForm(Self.task.text, picture: Self.large)
                #expect(again.status == 202)
            }
        }
    }

    @Test("What DashScope's client uploads is charged to the user of its policy")
    func shareOfGrants() async throws {
        try await GatewayScope.run(configure: {
            $0.apiGateway.imageLimit = ByteCount(50_000)
            $0.apiGateway.fileBudget = ByteCount(100_000)
        }) { gateway in
            let grant = try await gateway.send(.get, "/api/v1/uploads?action=getPolicy").json["data"]
            let part = "--XX\r\nContent-Disposition: form-data; name="
            var body: [UInt8] = []
            for (name, value) in [("policy", grant?["policy"]), ("Signature", grant?["signature"])] {
                body += "\(part)\"\(name)\"\r\n\r\n\(value?.string ?? "")\r\n".utf8
            }
            body += "\(part)\"file\"; filename=\"a\"\r\n\r\n".utf8
            body += Self.large + Array("\r\n--XX--\r\n".utf8)
            let held = try await self.holdPicture(of: gateway)
            defer { held.close() }
            let path = "/api/v1/uploads/\(grant?["upload_dir"]?.string ?? "")"
            let headers: HTTPHeaders = ["Content-Type": "multipart/form-data; boundary=XX"]
            let refused = try await gateway.send(.post, path, headers: headers, body: body)
            #expect(refused.status == 429)
        }
    }
}
