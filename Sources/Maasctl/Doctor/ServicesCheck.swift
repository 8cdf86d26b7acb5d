internal import MaaSCore

/// Whether the services that run on this machine say that they are ready.
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

    /// One that does not answer may run on another machine: that is no fault.
    private func ask(_ name: String, at address: ListenAddress, _ client: HTTPClient) async -> Finding {
        var address = address
        if ["0.0.0.0", "::"].contains(address.host) { address.host = "127.0.0.1" }
        do {
            let request = HTTPRequest(.get, "http://\(address)/readyz", timeouts: HTTPTimeouts(total: .seconds(5)))
            let answer = try await client.send(request)
            if answer.isSuccess { return .fine(name, "ready at \(address)") }
            let problems = String(decoding: answer.body, as: UTF8.self).split(whereSeparator: \.isNewline)
            return .broken(
                name,
                "not ready: \(problems.joined(separator: "; "))",
                mend: "mend what it names; then its log"
            )
        } catch {
            return .warning(
                name,
                "none answers at \(address)",
                mend: "start it, unless it runs elsewhere: in a cluster, ask kubectl get pods"
            )
        }
    }
}
