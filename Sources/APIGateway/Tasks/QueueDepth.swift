internal import MaaSCore

/// How many tasks wait, by class and by user: as last seen, and what was accepted since.
struct QueueDepth: Sendable, Equatable {
    private var waiting: [String: [TaskPriority: Int]]

    init(_ waiting: [String: [TaskPriority: Int]] = [:]) { self.waiting = waiting }

    mutating func add(_ priority: TaskPriority, user: String) {
        self.waiting[user, default: [:]][priority, default: 0] += 1
    }

    /// Takes back what was added.
    mutating func remove(_ priority: TaskPriority, user: String) {
        if let depth = self.waiting[user]?[priority], depth > 0 { self.waiting[user]?[priority] = depth - 1 }
    }

    var total: Int { self.waiting.values.reduce(0) { $0 + $1.values.reduce(0, +) } }

    func waiting(of user: String) -> Int { (self.waiting[user] ?? [:]).values.reduce(0, +) }

    /// Where the last task of a class stands: behind all of its own class and of the more urgent ones.
    func position(ofLast priority: TaskPriority) -> Int {
        self.waiting.values.reduce(0) { sum, depths in
            sum + depths.reduce(0) { $1.key <= priority ? $0 + $1.value : $0 }
        }
    }
}
