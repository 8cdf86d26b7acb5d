internal import MaaSCore

/// Runs the hub, and closes the clients' connections before the web server stops. Started last, so that it is stopped
/// first.
@LoopActor
final class FeedHubService: Service {
    nonisolated let name = "clients"
    private let hub: FeedHub

    init(_ hub: FeedHub) { self.hub = hub }

    func start() async throws { self.hub.start() }

    func stop() async {
        await self.hub.drain()
        self.hub.stop()
    }
}
