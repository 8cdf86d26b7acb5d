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

/// Something a test waits for.
@LoopActor
final class Signal {
    private var isSet = false
    private var waiters: [CheckedContinuation<Void, Never>] = []

    nonisolated init() {}

    func set() {
        self.isSet = true
        for waiter in self.waiters { waiter.resume() }
        self.waiters = []
    }

    /// Returns once it is set, or when the waiting task is cancelled.
    func wait() async {
        await withTaskCancellationHandler {
            // Looked at here: others may run before the handler is installed.
            await withCheckedContinuation { if self.isSet { $0.resume() } else { self.waiters.append($0) } }
        } onCancel: {
            LoopActor.later { self.set() }
        }
    }
}
