internal import MaaSCore

/// The number of waiting tasks by class and user: as last read, plus those accepted since.
struct QueueDepth: Sendable, Equatable {
    private var byUser: [String: [TaskPriority: Int]]
    /// Totals over all users, kept because each submission needs them.
    private var byPriority: [TaskPriority: Int] = [:]

    init(_ waiting: [String: [TaskPriority: Int]] = [:]) {
        self.byUser = waiting
        for depths in waiting.values { self.byPriority.merge(depths, uniquingKeysWith: +) }
    }

    mutating func add(_ priority: TaskPriority, user: String) {
        self.byUser[user, default: [:]][priority, default: 0] += 1
        self.byPriority[priority, default: 0] += 1
    }

    /// Reverts an addition.
    mutating func remove(_ priority: TaskPriority, user: String) {
        guard let depth = self.byUser[user]?[priority], depth > 0 else { return }
        self.byUser[user]?[priority] = depth - 1
        self.byPriority[priority, default: 1] -= 1
    }

    var total: Int { self.byPriority.values.reduce(0, +) }

    func waiting(of user: String) -> Int { (self.byUser[user] ?? [:]).values.reduce(0, +) }

    /// The position of the last task of a class: behind all tasks of its own and more urgent classes.
    func position(ofLast priority: TaskPriority) -> Int {
        self.byPriority.reduce(0) { $1.key <= priority ? $0 + $1.value : $0 }
    }
}
