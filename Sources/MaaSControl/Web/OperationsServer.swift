package import MaaSCore

/// `/healthz`, `/readyz` and `/metrics` of one process, on an address of their own that users cannot reach.
///
/// Start it first, so that it answers while other services still wait for a database, and until all have stopped.
@LoopActor
package final class OperationsServer: Service {
    package nonisolated let name = "operations server"
    private let server: WebServer

    package init(_ address: ListenAddress, context: ServiceContext) {
        let router = Router()
        router.answerHealth(context.health)
        router.answerMetrics(context.metrics)
        var configuration = WebServerConfiguration(address: address.host, port: address.port)
        configuration.maximumConnections = 100
        self.server = WebServer(configuration, name: self.name, router: router, logger: context.logger)
    }

    /// The port it listens on; 0 while it does not.
    package var port: Int { self.server.port }

    package func start() async throws { try await self.server.start() }

    package func stop() async { await self.server.stop() }
}
