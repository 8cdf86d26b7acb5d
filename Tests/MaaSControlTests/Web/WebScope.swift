internal import MaaSControl
internal import MaaSCore

/// Runs `body` against a server with these routes, and stops it after.
@LoopActor
func withWebServer<R: Sendable>(
    _ configuration: WebServerConfiguration = WebServerConfiguration(),
    routes: (Router) -> Void,
    _ body: (WebServer) async throws -> R
) async throws -> R {
    let router = Router()
    routes(router)
    let server = WebServer(configuration, router: router, logger: Logger(service: "test", level: .error))
    try await server.start()
    do {
        let result = try await body(server)
        await server.stop()
        return result
    } catch {
        await server.stop()
        throw error
    }
}
