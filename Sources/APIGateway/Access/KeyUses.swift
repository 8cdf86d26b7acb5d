internal import MaaSControl
internal import MaaSCore

/// Records when keys were last used, batching the uses of a few seconds in one statement.
@LoopActor
final class KeyUses: Service {
    nonisolated let name = "key uses"
    private let store: TaskStore
    private let logger: Logger
    private var used: Set<String> = []
    private var timer: LoopTimer?

    private static let interval = Duration.seconds(5)

    init(store: TaskStore, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    func start() async throws {
        self.timer = LoopTimer { [weak self] in LoopActor.immediate { await self?.write() } }
    }

    /// Writes the remaining uses.
    func stop() async {
        self.timer?.close()
        self.timer = nil
        await self.write()
    }

    /// Records a use of the key.
    func note(_ id: String) {
        self.used.insert(id)
        if let timer = self.timer, !timer.isActive { timer.start(after: Self.interval) }
    }

    private func write() async {
        let used = Array(self.used)
        self.used = []
        if used.isEmpty { return }
        do {
            try await self.store.touchKeys(used)
        } catch {
            self.logger.warning("cannot record the use of keys", [.count: "\(used.count)", .error: "\(error)"])
        }
    }
}
