internal import MaaSControl
internal import MaaSCore

/// Knows about how long the queue is, without asking the database at every submission.
///
/// It counts again when it is asked and the last count is older than ``freshness``, and adds what this gateway admitted
/// since. Other gateways' tasks are seen with the next count: with several of them a user may pass the limit by what
/// arrives in between.
@LoopActor
final class QueueWatch {
    private let store: TaskStore
    private var depth = QueueDepth()
    private var countedAt: ContinuousClock.Instant?
    /// The count under way; all who come meanwhile wait for it.
    private var counting: Task<QueueDepth, any Error>?
    /// Admitted while a count was under way: it may have been too early for them.
    private var admitted: [(priority: TaskPriority, user: String)] = []

    static let freshness: Duration = .milliseconds(500)

    init(store: TaskStore) { self.store = store }

    /// Counts a task in before it is stored, so that those who come at once cannot pass the limit together. Returns
    /// where it stands, 1 is next; nil when `limit` of the user's tasks wait already.
    func admit(_ priority: TaskPriority, user: String, limit: Int) async throws -> Int? {
        try await self.refresh()
        guard self.depth.waiting(of: user) < limit else { return nil }
        self.depth.add(priority, user: user)
        if self.counting != nil { self.admitted.append((priority, user)) }
        return self.depth.position(ofLast: priority)
    }

    private func refresh() async throws {
        if let countedAt, ContinuousClock.now - countedAt < Self.freshness { return }
        if let counting {
            _ = try await counting.value
            return
        }
        let counting = Task { QueueDepth(try await self.store.queueDepthByUser()) }
        self.counting = counting
        defer {
            self.counting = nil
            self.admitted = []
        }
        var depth = try await counting.value
        for task in self.admitted { depth.add(task.priority, user: task.user) }
        self.depth = depth
        self.countedAt = .now
    }
}
