internal import MaaSControl
internal import MaaSCore

/// Lets requests wait until their task has ended or reached another condition.
///
/// PostgreSQL notifies of each end after the commit, so a woken request reads the row once. As a notification is lost
/// when the connection breaks, waiting requests also poll every few seconds.
@LoopActor
final class TaskEndWatch: Service {
    nonisolated let name = "ends of tasks"
    private let store: TaskStore
    private let listener: PostgresListener
    private var bells: [TaskID: [LoopBell]] = [:]
    private var isStopping = false

    private static let lookInterval = Duration.seconds(5)

    init(store: TaskStore, postgres: PostgresConfiguration, logger: Logger) {
        self.store = store
        self.listener = PostgresListener(postgres, channel: TaskStore.endChannel, logger: logger)
    }

    func start() async throws {
        self.isStopping = false
        self.listener.start(onConnected: { [weak self] in self?.ringAll() }) { [weak self] payload in
            guard let id = TaskID(payload) else { return }
            for bell in self?.bells[id] ?? [] { bell.ring() }
        }
    }

    /// Waiting requests are answered with the current state.
    func stop() async {
        self.isStopping = true
        self.ringAll()
        await self.listener.stop()
    }

    /// The user's task once `isReached` holds for it, or as it is after `patience`. Throws 404 when there is none.
    func task(
        _ id: TaskID,
        user: String,
        patience: Duration,
        until isReached: (TaskRow) -> Bool
    ) async throws -> TaskRow {
        let deadline = ContinuousClock.now + patience
        return try await self.withBell(for: id) { bell in
            while true {
                // The client may have left.
                try Task.checkCancellation()
                guard let row = try await self.store.task(id, user: user) else { throw WebError.noSuchTask }
                let left = deadline - .now
                if isReached(row) || left <= .zero || self.isStopping { return row }
                await bell.wait(atMost: min(left, Self.lookInterval))
            }
        }
    }

    /// Lends a bell that rings when the task ends, and when its end may have been missed.
    func withBell<R>(for id: TaskID, _ body: @LoopActor (LoopBell) async throws -> R) async rethrows -> R {
        let bell = LoopBell()
        self.bells[id, default: []].append(bell)
        defer { self.remove(bell, of: id) }
        return try await body(bell)
    }

    private func remove(_ bell: LoopBell, of id: TaskID) {
        bell.close()
        self.bells[id]?.removeAll { $0 === bell }
        if self.bells[id]?.isEmpty == true { self.bells[id] = nil }
    }

    private func ringAll() {
        for bell in self.bells.values.joined() { bell.ring() }
    }
}
