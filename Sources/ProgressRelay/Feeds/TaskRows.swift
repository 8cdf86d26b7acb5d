internal import MaaSControl
internal import MaaSCore

/// Looks up the rows of tasks for new subscriptions; look-ups of one turn of the loop are batched.
@LoopActor
final class TaskRows {
    /// A row, and the task's position in the queue if it has one.
    typealias Found = (row: TaskRow, wait: TaskWait?)
    /// Returns those of the tasks that exist.
    typealias LookUp = @LoopActor ([TaskID]) async throws -> [TaskID: Found]

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
                    let found = try await self.lookUp(batch.tasks)
                    for (task, waiters) in batch.waiters {
                        for waiter in waiters { waiter.resume(returning: found[task]) }
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
