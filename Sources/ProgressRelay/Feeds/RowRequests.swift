internal import MaaSCore

/// Batches row look-ups: each row is requested once however many callers want it, several rows go into one statement,
/// and the number of concurrent statements is limited. Pure.
///
/// A new caller does not share a request that is already under way: its answer may predate what made the caller ask.
struct RowRequests<Waiter> {
    /// The rows requested by one statement.
    struct Batch {
        fileprivate(set) var waiters: [TaskID: [Waiter]] = [:]
        var tasks: [TaskID] { Array(self.waiters.keys) }
    }

    private var waiting: [TaskID: [Waiter]] = [:]
    /// In the order of the first request.
    private var order = FIFO<TaskID>()
    private(set) var askedCount = 0
    private let batchSize: Int
    private let limit: Int

    /// - Parameters:
    ///   - batchSize: the most rows per statement.
    ///   - limit: the most concurrent statements.
    init(batchSize: Int = 100, limit: Int = 4) {
        self.batchSize = batchSize
        self.limit = limit
    }

    mutating func want(_ task: TaskID, _ waiter: Waiter) {
        if self.waiting[task] == nil { self.order.append(task) }
        self.waiting[task, default: []].append(waiter)
    }

    /// The next batch to request, if any. Call ``answered()`` once per batch.
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
