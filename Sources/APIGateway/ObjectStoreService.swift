internal import MaaSCore

/// Makes sure there is a bucket, and closes the connections to the object store in the end.
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

    /// A store that is away for now must not keep the gateway from serving what needs none.
    func start() async throws {
        do {
            try await self.store.createBucket()
        } catch {
            self.logger.warning("cannot make sure of the bucket", [.error: "\(error)"])
        }
    }

    func stop() async { self.client.close() }
}
