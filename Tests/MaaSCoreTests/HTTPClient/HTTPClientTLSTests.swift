internal import FoundationEssentials
internal import MaaSCore
internal import MaaSTesting
internal import Testing

@Suite(.timeLimit(.minutes(1)))
@LoopActor
struct HTTPClientTLSTests {
    /// A server with a certificate for `maas.test`, which wants one of the client's if `checksClient`.
    func withServer(
        checksClient: Bool = false,
        _ body: @LoopActor (_ url: String, _ directory: String) async throws -> Void
    ) async throws {
        try await SupportProgram.withDirectory { directory in
            try await SupportProgram.run("make-certificates", [directory])
            var arguments = ["\(directory)/maas.test.pem", "\(directory)/maas.test.key"]
            if checksClient { arguments.append("\(directory)/ca.pem") }
            try await SupportProgram.withServer("http-server.py", arguments) { port in
                try await body("https://127.0.0.1:\(port)/echo", directory)
            }
        }
    }

    func get(_ url: String, _ tls: TLSOptions) async throws(HTTPClientError) -> HTTPResponse {
        let client = HTTPClient(configuration: HTTPClientConfiguration(tls: tls))
        defer { client.close() }
        return try await client.send(HTTPRequest(.get, url))
    }

    func read(_ path: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: URL(filePath: path))) }

    @Test func trustByFileAndByText() async throws {
        try await self.withServer { url, directory in
            for trust in [TLSOptions.Trust.file(directory + "/ca.pem"), .pem(try self.read(directory + "/ca.pem"))] {
                let response = try await self.get(url, TLSOptions(trust: trust, serverName: "maas.test"))
                let echo = try JSONValue(parsing: response.body)
                // The name is for TLS alone.
                #expect(url.contains(echo["headers"]?["host"]?.string ?? "?"))
            }
        }
    }

    @Test func impostorsAreRejected() async throws {
        try await self.withServer { url, directory in
            let trust = TLSOptions.Trust.file(directory + "/ca.pem")
            let cases: [TLSOptions] = [
                TLSOptions(),  // An authority nobody knows.
                TLSOptions(serverName: "maas.test"),
                TLSOptions(trust: trust),  // A certificate without the address.
                TLSOptions(trust: trust, serverName: "other.test"),
                TLSOptions(trust: .file(directory + "/alice.pem"), serverName: "maas.test"),
                TLSOptions(trust: .file(directory + "/none.pem"), serverName: "maas.test"),
            ]
            for tls in cases {
                #expect(await failure { try await self.get(url, tls) } == .tls)
            }
            let response = try await self.get(url, TLSOptions(trust: .anyone))
            #expect(response.status == 200)
        }
    }

    @Test func clientsShowTheirCertificate() async throws {
        try await self.withServer(checksClient: true) { url, directory in
            var tls = TLSOptions(trust: .file(directory + "/ca.pem"), serverName: "maas.test")
            await #expect(throws: HTTPClientError.self) { try await self.get(url, tls) }
            tls.identity = TLSOptions.Identity(
                certificate: try self.read(directory + "/alice.pem"),
                key: try self.read(directory + "/alice.key")
            )
            let response = try await self.get(url, tls)
            #expect(try JSONValue(parsing: response.body)["client"] == "alice")
        }
    }
}
