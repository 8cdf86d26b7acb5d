internal import MaaSControl
internal import MaaSCore

/// Knows about how long the queue is, without asking the database at every submission.
///
/// It looks when it is asked and the last look is older than ``freshness``, and adds what this gateway admitted since.
/// Other gateways' tasks are seen with the next look, so what it admits is compared with the user's limit once more by
/// the statement that stores it. The limit of the whole queue is not: it may be passed by what arrives in between.
@LoopActor
final class QueueWatch {
    private struct Look {
        var depth = QueueDepth()
        var limits: [String: UserLimits] = [:]
    }

    private let store: TaskStore
    private let configuration: MaaSConfiguration.APIGateway
    private let classes: PriorityClasses
    private var last = Look()
    private var lookedAt: ContinuousClock.Instant?
    /// The look under way; all who come meanwhile wait for it.
    private var looking: Task<Look, any Error>?
    /// Admitted during a look: it may have been too early for them.
    private var admitted: [(priority: TaskPriority, user: String)] = []
    /// Users whose rows are there to be locked.
    private var prepared: Set<String> = []

    static let freshness: Duration = .milliseconds(500)
    /// Users remembered as prepared; to ask again costs a statement.
    private static let preparedLimit = 10_000

    init(store: TaskStore, configuration: MaaSConfiguration.APIGateway, classes: PriorityClasses) {
        self.store = store
        self.configuration = configuration
        self.classes = classes
    }

    /// Whether the last look is good enough for a task of `user`: mostly it is.
    func isFresh(for user: String) -> Bool { self.prepared.contains(user) && self.isFresh }

    private var isFresh: Bool {
        self.lookedAt.map { ContinuousClock.now - $0 < Self.freshness } ?? false
    }

    /// Looks, where ``isFresh(for:)`` says no.
    func refresh(for user: String) async throws {
        try await self.prepare(user)
        try await self.refresh()
    }

    /// Counts a task in before it is stored, so that those who come at once cannot pass the limit together.
    func admit(_ priority: TaskPriority, user: String) -> QueueAdmission {
        guard self.last.depth.total < self.configuration.queueLimit else { return .systemIsFull }
        let limit = self.last.limits[user]?.maximumQueuedTasks ?? self.configuration.waitingLimit
        guard self.last.depth.waiting(of: user) < limit else { return .userIsFull(limit: limit) }
        self.last.depth.add(priority, user: user)
        if self.looking != nil { self.admitted.append((priority, user)) }
        return .admitted(position: self.last.depth.position(ofLast: priority), limit: limit)
    }

    /// Counts out a task that was admitted and is not stored after all.
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
        if let looking {
            _ = try await looking.value
            return
        }
        let looking = Task {
            Look(depth: QueueDepth(try await self.store.queueDepths()), limits: try await self.store.userLimits())
        }
        self.looking = looking
        defer {
            self.looking = nil
            self.admitted = []
        }
        var look = try await looking.value
        for task in self.admitted { look.depth.add(task.priority, user: task.user) }
        self.last = look
        self.lookedAt = .now
    }
}
