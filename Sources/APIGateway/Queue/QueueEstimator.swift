internal import MaaSControl
internal import MaaSCore

/// Estimates the length of the queue without a query per submission.
///
/// It reads the database when it is asked and the last read is older than ``freshness``, and adds what this gateway
/// admitted since. Other gateways' tasks are seen with the next read, so the statement that stores a task checks the
/// user's limit again. The limit of the whole queue is not checked again and may be exceeded by tasks that arrive in
/// between.
@LoopActor
final class QueueEstimator {
    private struct Snapshot {
        var depth = QueueDepth()
        var limits: [String: UserLimits] = [:]
    }

    private let store: TaskStore
    private let configuration: MaaSConfiguration.APIGateway
    private let classes: PriorityClasses
    private var last = Snapshot()
    private var readAt: ContinuousClock.Instant?
    /// The read under way, shared by all callers.
    private var reading: Task<Void, any Error>?
    /// Tasks admitted during a read, which it may have missed.
    private var admitted: [(priority: TaskPriority, user: String)] = []
    /// Users whose rows exist, so that they can be locked.
    private var prepared: Set<String> = []

    static let freshness: Duration = .milliseconds(500)
    /// The size at which the cache of prepared users is cleared; each new entry costs a statement.
    private static let preparedLimit = 10_000

    init(store: TaskStore, configuration: MaaSConfiguration.APIGateway, classes: PriorityClasses) {
        self.store = store
        self.configuration = configuration
        self.classes = classes
    }

    /// Whether the last read can be used for a task of `user`, the usual case.
    func isFresh(for user: String) -> Bool { self.prepared.contains(user) && self.isFresh }

    private var isFresh: Bool {
        self.readAt.map { ContinuousClock.now - $0 < Self.freshness } ?? false
    }

    /// Reads the database; call if ``isFresh(for:)`` is false.
    func refresh(for user: String) async throws {
        try await self.prepare(user)
        try await self.refresh()
    }

    /// Counts a task before it is stored, so that concurrent submissions cannot exceed the limit together.
    func admit(_ priority: TaskPriority, user: String) -> QueueAdmission {
        guard self.last.depth.total < self.configuration.queueLimit else { return .systemIsFull }
        let limit = self.last.limits[user]?.maximumQueuedTasks ?? self.configuration.waitingLimit
        guard self.last.depth.waiting(of: user) < limit else { return .userIsFull(limit: limit) }
        self.last.depth.add(priority, user: user)
        if self.reading != nil { self.admitted.append((priority, user)) }
        return .admitted(position: self.last.depth.position(ofLast: priority), limit: limit)
    }

    /// Reverts the admission of a task that was not stored.
    func withdraw(_ priority: TaskPriority, user: String) {
        self.last.depth.remove(priority, user: user)
        if let index = self.admitted.lastIndex(where: { $0 == (priority, user) }) { self.admitted.remove(at: index) }
    }

    private func prepare(_ user: String) async throws {
        if self.prepared.contains(user) { return }
        try await self.store.prepareQueueDepths(of: user, classes: self.classes.names.count)
        if self.prepared.count >= Self.preparedLimit { self.prepared = [] }
        self.prepared.insert(user)
    }

    private func refresh() async throws {
        if self.isFresh { return }
        // As `LoopActor.later` would, which cannot throw.
        let reading = self.reading ?? Task(executorPreference: EventLoop.main, operation: self.read)
        self.reading = reading
        try await reading.value
    }

    /// Assigns the result itself: which of its callers resumes first is not known.
    private func read() async throws {
        defer {
            self.reading = nil
            self.admitted = []
        }
        var snapshot = Snapshot()
        snapshot.depth = QueueDepth(try await self.store.queueDepths())
        snapshot.limits = try await self.store.userLimits()
        for task in self.admitted { snapshot.depth.add(task.priority, user: task.user) }
        self.last = snapshot
        self.readAt = .now
    }
}
