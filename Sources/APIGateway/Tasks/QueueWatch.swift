internal import MaaSControl
internal import MaaSCore

/// Knows about how long the queue is, without asking the database at every submission.
///
/// It counts again when it is asked and the last count is older than ``freshness``, and adds what this gateway accepted
/// since.
@LoopActor
final class QueueWatch {
    private let store: TaskStore
    private let logger: Logger
    private var depth: QueueDepth?
    /// Accepted while a count was under way: it may have been too early for them.
    private var accepted: [(priority: TaskPriority, user: String)] = []
    private var countedAt = ContinuousClock.now
    private var isCounting = false

    static let freshness: Duration = .milliseconds(500)

    init(store: TaskStore, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    /// How many tasks of a user wait; nil when nobody knows.
    func waiting(of user: String) async -> Int? {
        await self.refresh()
        return self.depth?.waiting(of: user)
    }

    /// Where a task stands that was just accepted: 1 is next; nil when nobody knows.
    func position(ofNew priority: TaskPriority, user: String) async -> Int? {
        self.depth?.add(priority, user: user)
        if self.isCounting { self.accepted.append((priority, user)) }
        return self.depth?.position(ofLast: priority)
    }

    private func refresh() async {
        // Those who come while it counts are told the old count: nobody waits but the first.
        guard !self.isCounting, self.depth == nil || ContinuousClock.now - self.countedAt > Self.freshness else {
            return
        }
        self.isCounting = true
        defer { self.isCounting = false }
        do {
            var depth = QueueDepth(try await self.store.queueDepthByUser())
            for task in self.accepted { depth.add(task.priority, user: task.user) }
            self.depth = depth
        } catch {
            self.depth = nil
            self.logger.warning("cannot count the queue", [.error: "\(error)"])
        }
        self.accepted = []
        self.countedAt = .now
    }
}
