internal import MaaSCore

/// How many tasks wait, by class and by user: as last seen, and what was accepted since.
struct QueueDepth: Sendable, Equatable {
    private var byUser: [String: [TaskPriority: Int]]
    /// Of all users: there may be many, and each submission asks.
    private var byPriority: [TaskPriority: Int] = [:]

    init(_ waiting: [String: [TaskPriority: Int]] = [:]) {
        self.byUser = waiting
        for depths in waiting.values { self.byPriority.merge(depths, uniquingKeysWith: +) }
    }

    mutating func add(_ priority: TaskPriority, user: String) {
        self.byUser[user, default: [:]][priority, default: 0] += 1
        self.byPriority[priority, default: 0] += 1
    }

    /// Takes back what was added.
    mutating func remove(_ priority: TaskPriority, user: String) {
        guard let depth = self.byUser[user]?[priority], depth > 0 else { return }
        self.byUser[user]?[priority] = depth - 1
        self.byPriority[priority, default: 1] -= 1
    }

    var total: Int { self.byPriority.values.reduce(0, +) }

    func waiting(of user: String) -> Int { (self.byUser[user] ?? [:]).values.reduce(0, +) }

    /// Where the last task of a class stands: behind all of its own class and of the more urgent ones.
    func position(ofLast priority: TaskPriority) -> Int {
        self.byPriority.reduce(0) { $1.key <= priority ? $0 + $1.value : $0 }
    }
}
