internal import MaaSCore

/// Checks that the services on this machine are ready.
@LoopActor
struct ServicesCheck {
    let configuration: MaaSConfiguration

    func run() async -> [Finding] {
        let client = HTTPClient()
        defer { client.close() }
        return [
            await self.ask("api-gateway", at: self.configuration.apiGateway.operationsListen, client),
            await self.ask("dispatcher", at: self.configuration.dispatcher.listen, client),
            await self.ask("progress-relay", at: self.configuration.progressRelay.operationsListen, client),
        ]
    }

    /// A service that does not answer may run on another machine, which is not an error. In a cluster all have the same
    /// address, each in its own pod, and the pod's own service answers every check.
    private func ask(_ name: String, at address: ListenAddress, _ client: HTTPClient) async -> Finding {
        var address = address
        if ["0.0.0.0", "::"].contains(address.host) { address.host = "127.0.0.1" }
        do {
            let answer = try await self.get("/readyz", at: address, client)
            // Each service names itself in its metrics.
            let metrics = String(decoding: try await self.get("/metrics", at: address, client).body, as: UTF8.self)
            guard metrics.contains("maas_build_info{service=\"\(name)\"") else {
                return Self.absent(name, "another service answers at \(address)")
            }
            if answer.isSuccess { return .fine(name, "ready at \(address)") }
            let problems = String(decoding: answer.body, as: UTF8.self).split(whereSeparator: \.isNewline)
            return .broken(
                name,
                "not ready: \(problems.joined(separator: "; "))",
                mend: "fix what the message names; for details see the service's log"
            )
        } catch {
            return Self.absent(name, "nothing answers at \(address)")
        }
    }

    private func get(
        _ path: String,
        at address: ListenAddress,
        _ client: HTTPClient
    ) async throws(HTTPClientError) -> HTTPResponse {
        try await client.send(
            HTTPRequest(.get, "http://\(address)\(path)", timeouts: HTTPTimeouts(total: .seconds(5)))
        )
    }

    private static func absent(_ name: String, _ message: String) -> Finding {
        .warning(name, message, mend: "start it, unless it runs elsewhere: in a cluster, ask kubectl get pods")
    }
}
