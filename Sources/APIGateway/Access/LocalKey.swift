internal import MaaSControl
internal import MaaSCore

/// Makes the key that the page uses a valid one, on a machine of one's own.
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
