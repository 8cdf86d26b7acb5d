internal import MaaSCore
internal import MaaSTesting

/// Lends a client and the address of a server for it; both are gone afterwards.
@LoopActor
func withHTTPServer(_ body: @LoopActor (_ client: HTTPClient, _ url: String) async throws -> Void) async throws {
    try await SupportProgram.withServer("http-server.py") { port in
        let client = HTTPClient()
        defer { client.close() }
        try await body(client, "http://127.0.0.1:\(port)")
    }
}

/// How a transfer failed; `nil` when it did not.
@LoopActor
func failure(of body: @LoopActor () async throws -> HTTPResponse) async -> HTTPClientError.Code? {
    do {
        _ = try await body()
        return nil
    } catch {
        return (error as? HTTPClientError)?.code
    }
}
