internal import MaaSCore

/// Commits the tasks that arrive together with one INSERT.
///
/// While a batch is in flight the next one gathers, so a batch is as large as the load makes it (`TaskBatches`) and a lone
/// task waits for nothing.
@LoopActor
final class TaskInserter {
    /// Whether it is stored now: not when its terms do not allow it.
    private typealias Outcome = Result<Bool, PostgresError>

    private struct Waiter {
        let submission: TaskSubmission
        let continuation: CheckedContinuation<Outcome, Never>
    }

    private let pool: PostgresPool
    private var waiters = FIFO<Waiter>()
    private var batches = TaskBatches()
    private var isScheduled = false
    private var isCommitting = false
    /// Statements sent, for tests and metrics.
    private(set) var batchCount = 0

    nonisolated init(pool: PostgresPool) { self.pool = pool }

    /// Returns once the task is durable, or false when its terms do not allow it.
    func insert(_ submission: TaskSubmission) async throws(PostgresError) -> Bool {
        let result = await withCheckedContinuation { (continuation: CheckedContinuation<Outcome, Never>) in
            self.waiters.append(Waiter(submission: submission, continuation: continuation))
            self.schedule()
        }
        return try result.get()
    }

    /// At the end of the turn, so that what one turn brings goes together.
    private func schedule() {
        guard !self.isScheduled, !self.isCommitting, !self.waiters.isEmpty else { return }
        self.isScheduled = true
        EventLoop.main.atEndOfTurn {
            self.isScheduled = false
            LoopActor.immediate { await self.commitNext() }
        }
    }

    /// Commits a batch, and sends the one that has gathered meanwhile before it tells the waiters of this one: the disk
    /// works while their answers are made.
    private func commitNext() async {
        self.isCommitting = true
        let batch = self.nextBatch()
        let outcomes = await self.store(batch[...])
        self.isCommitting = false
        if !self.waiters.isEmpty { LoopActor.immediate { await self.commitNext() } }
        for (waiter, outcome) in zip(batch, outcomes) { waiter.continuation.resume(returning: outcome) }
    }

    /// A key may be in a statement once: the second to have it waits for the next.
    private func nextBatch() -> [Waiter] {
        let size = self.batches.next(waiting: self.waiters.count)
        var batch: [Waiter] = []
        var keys: Set<[UInt8]> = []
        while batch.count < size, let next = self.waiters.first {
            if let key = next.submission.key, !keys.insert(key.digest).inserted { break }
            _ = self.waiters.popFirst()
            batch.append(next)
        }
        self.batches.taken(batch.count)
        return batch
    }

    /// Inserts the batch and returns what became of each. When a value is refused, halves it until what is bad stands alone:
    /// one bad row must not fail the others. A table that is locked or a disk that is full is no row's fault.
    private func store(_ batch: ArraySlice<Waiter>) async -> [Outcome] {
        do throws(PostgresError) {
            let stored = try await self.insert(batch.map(\.submission))
            return batch.map { .success(stored?.contains($0.submission.task.id) ?? true) }
        } catch  where batch.count > 1 && error.isCausedByValue {
            let middle = batch.startIndex + batch.count / 2
            return await self.store(batch[..<middle]) + self.store(batch[middle...])
        } catch {
            return batch.map { _ in .failure(error) }
        }
    }

    /// Returns those that are stored; nil when all are. Inserting twice is harmless, so a batch whose outcome is unknown
    /// is sent once more.
    private func insert(_ batch: [TaskSubmission]) async throws(PostgresError) -> Set<TaskID>? {
        self.batchCount += 1
        var count: Int
        do {
            count = try await self.pool.execute(TaskInserter.query(batch, mayBeThere: false))
        } catch  where error.isOutcomeUnknown || error.isRetriable && error.code == .refused || error.isTaskThere {
            count = try await self.pool.execute(TaskInserter.query(batch, mayBeThere: true))
        }
        if count == batch.count { return nil }
        // Some were not allowed, or were there already.
        let ids = batch.map(\.task.id.description)
        var stored: Set<TaskID> = []
        for row in try await self.pool.query("SELECT id FROM tasks WHERE id = ANY(\(.textArray(ids)))") {
            stored.insert(try row.decode("id", by: TaskID.init))
        }
        return stored
    }
}

extension PostgresError {
    /// Whether a task of that id is there already.
    fileprivate var isTaskThere: Bool { self.sqlState == "23505" && self.constraint == "tasks_pkey" }
}
