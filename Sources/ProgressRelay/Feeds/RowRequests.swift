internal import MaaSCore

/// Decides which rows are asked for, and when: each once, however many want it, several in a statement, and no more than a
/// few statements at a time. Pure.
///
/// A row that was asked for before is not waited for: it may be older than what made one ask.
struct RowRequests<Waiter> {
    /// What goes into one statement.
    struct Batch {
        fileprivate(set) var waiters: [TaskID: [Waiter]] = [:]
        var tasks: [TaskID] { Array(self.waiters.keys) }
    }

    private var waiting: [TaskID: [Waiter]] = [:]
    /// In the order in which they were first wanted.
    private var order = FIFO<TaskID>()
    private(set) var askedCount = 0
    private let batchSize: Int
    private let limit: Int

    /// - Parameters:
    ///   - batchSize: rows asked for by one statement.
    ///   - limit: statements that may be under way.
    init(batchSize: Int = 100, limit: Int = 4) {
        self.batchSize = batchSize
        self.limit = limit
    }

    mutating func want(_ task: TaskID, _ waiter: Waiter) {
        if self.waiting[task] == nil { self.order.append(task) }
        self.waiting[task, default: []].append(waiter)
    }

    /// What to ask for now, if anything. ``answered()`` is called once for each.
    mutating func next() -> Batch? {
        guard self.askedCount < self.limit, !self.order.isEmpty else { return nil }
        var batch = Batch()
        while batch.waiters.count < self.batchSize, let task = self.order.popFirst() {
            batch.waiters[task] = self.waiting.removeValue(forKey: task)
        }
        self.askedCount += 1
        return batch
    }

    mutating func answered() { self.askedCount -= 1 }
}
