internal import MaaSControl
internal import MaaSCore

/// Creates the page's API key in a local installation.
@LoopActor
final class LocalKey: Service {
    nonisolated let name = "local key"
    private let key: String?
    private let store: TaskStore

    static let user = "local"

    init(key: String?, store: TaskStore) {
        self.key = key
        self.store = store
    }

    func start() async throws {
        guard let key = self.key else { return }
        try await self.store.upsertLocalKey(user: Self.user, hash: APIKey(key).hash)
    }

    func stop() async {}
}
