internal import MaaSCore

/// Creates the bucket at start, and closes the connections to the object store at the end.
@LoopActor
final class ObjectStoreService: Service {
    nonisolated let name = "object store"
    private let store: ObjectStore
    private let client: HTTPClient
    private let logger: Logger

    init(store: ObjectStore, client: HTTPClient, logger: Logger) {
        self.store = store
        self.client = client
        self.logger = logger
    }

    /// If the store is unavailable, the gateway still starts, for requests that do not need it.
    func start() async throws {
        do {
            try await self.store.createBucket()
        } catch {
            self.logger.warning("cannot check or create the bucket", [.error: "\(error)"])
        }
    }

    func stop() async { self.client.close() }
}
