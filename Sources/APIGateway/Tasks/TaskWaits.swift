internal import MaaSControl
internal import MaaSCore

/// Has requests wait until their task has come as far as they want to see it.
///
/// The database tells of each end when it is committed; so who is woken reads the row once. A word that was lost with
/// its connection costs seconds: every waiter looks by itself now and then.
@LoopActor
final class TaskWaits: Service {
    nonisolated let name = "waits for tasks"
    private let store: TaskStore
    private let listener: PostgresListener
    private var alarms: [TaskID: [Alarm]] = [:]
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
            for alarm in self?.alarms[id] ?? [] { alarm.ring() }
        }
    }

    /// Whoever waits is answered with what there is.
    func stop() async {
        self.isStopping = true
        self.ringAll()
        await self.listener.stop()
    }

    /// The user's task as soon as `isReached` of it, or as it is when `patience` is over. Throws 404 when there is none.
    func task(
        _ id: TaskID,
        user: String,
        patience: Duration,
        until isReached: (TaskRow) -> Bool
    ) async throws -> TaskRow {
        let deadline = ContinuousClock.now + patience
        return try await self.withAlarm(for: id) { alarm in
            while true {
                // The client may have left.
                try Task.checkCancellation()
                guard let row = try await self.store.task(id, user: user) else { throw WebError.noSuchTask }
                let left = deadline - .now
                if isReached(row) || left <= .zero || self.isStopping { return row }
                await alarm.wait(atMost: min(left, Self.lookInterval))
            }
        }
    }

    /// Lends an alarm that rings when the task of this id ends, and when its end may have been missed.
    func withAlarm<R>(for id: TaskID, _ body: @LoopActor (Alarm) async throws -> R) async rethrows -> R {
        let alarm = Alarm()
        self.alarms[id, default: []].append(alarm)
        defer { self.forget(alarm, of: id) }
        return try await body(alarm)
    }

    private func forget(_ alarm: Alarm, of id: TaskID) {
        self.alarms[id]?.removeAll { $0 === alarm }
        if self.alarms[id]?.isEmpty == true { self.alarms[id] = nil }
    }

    private func ringAll() {
        for alarm in self.alarms.values.joined() { alarm.ring() }
    }
}
