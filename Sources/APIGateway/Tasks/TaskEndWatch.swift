internal import MaaSControl
internal import MaaSCore

/// Lets requests wait until their task has ended or reached another condition.
///
/// PostgreSQL notifies of each end after the commit, so a woken request reads the row once. As a notification is lost
/// when the connection breaks, waiting requests also poll every few seconds. Each holds a connection, so a user may
/// have only so many.
@LoopActor
final class TaskEndWatch: Service {
    nonisolated let name = "ends of tasks"
    private let store: TaskStore
    private let listener: PostgresListener
    private let waitLimit: Duration
    private let waits = UserSlots(limit: 100)
    private var bells: [TaskID: [LoopBell]] = [:]
    private var isStopping = false

    private static let lookInterval = Duration.seconds(5)

    /// - Parameter waitLimit: the longest that a request may wait.
    init(store: TaskStore, postgres: PostgresConfiguration, waitLimit: Duration, logger: Logger) {
        self.store = store
        self.waitLimit = waitLimit
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

    /// How long the request shall wait; nil when it does not ask to, or when as many requests of its user wait as may.
    /// RFC 7240 lets a preference be ignored, and a client that is answered early asks again.
    func preference(of request: WebRequest, user: String) -> WaitPreference? {
        guard let header = request.headers["prefer"], self.waits.hasRoom(for: user) else { return nil }
        return WaitPreference(header, limit: self.waitLimit)
    }

    /// The user's task once `isReached` holds for it, or as it is after the wait. Throws 404 when there is none.
    func task(
        _ id: TaskID,
        user: String,
        waiting preference: WaitPreference,
        until isReached: @LoopActor (TaskRow) -> Bool
    ) async throws -> TaskRow {
        let deadline = ContinuousClock.now + preference.duration
        return try await self.waits.withSlot(of: user) {
            try await self.withBell(for: id) { bell in
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
