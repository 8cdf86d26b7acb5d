internal import MaaSControl
internal import MaaSCore

/// Looks up the rows of tasks for new subscriptions; look-ups of one turn of the loop are batched.
@LoopActor
final class TaskRows {
    /// A row, and the task's position in the queue if it has one.
    typealias Found = (row: TaskRow, wait: TaskWait?)
    typealias Answer = (rows: TaskReading, waits: [TaskID: TaskWait])
    /// Returns those of the tasks that exist.
    typealias LookUp = @LoopActor ([TaskID]) async throws -> Answer

    private let lookUp: LookUp
    private var requests = RowRequests<CheckedContinuation<Found?, any Error>>()
    private var isLookUpScheduled = false

    init(_ lookUp: @escaping LookUp) { self.lookUp = lookUp }

    /// The task as it is now; nil when it does not exist.
    func find(_ task: TaskID) async throws -> Found? {
        try await withCheckedThrowingContinuation { waiter in
            self.requests.want(task, waiter)
            guard !self.isLookUpScheduled else { return }
            self.isLookUpScheduled = true
            EventLoop.main.atEndOfTurn { self.ask() }
        }
    }

    private func ask() {
        self.isLookUpScheduled = false
        while let batch = self.requests.next() {
            LoopActor.immediate {
                do {
                    let (rows, waits) = try await self.lookUp(batch.tasks)
                    var found = rows.unreadable.mapValues { Result<Found?, any Error>.failure($0) }
                    for row in rows.tasks { found[row.id] = .success((row, waits[row.id])) }
                    for (task, waiters) in batch.waiters {
                        for waiter in waiters { waiter.resume(with: found[task] ?? .success(nil)) }
                    }
                } catch {
                    for waiter in batch.waiters.values.joined() { waiter.resume(throwing: error) }
                }
                self.requests.answered()
                self.ask()
            }
        }
    }
}
