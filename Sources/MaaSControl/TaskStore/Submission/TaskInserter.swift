internal import MaaSCore

/// Commits tasks that arrive together in one INSERT.
///
/// While one batch is in flight the next one is collected, so batches grow with the load (`TaskBatches`), and a lone
/// task is inserted without delay.
@LoopActor
final class TaskInserter {
    /// Whether the task is stored; false when its conditions were not met.
    private typealias Outcome = Result<Bool, PostgresError>

    private struct Waiter {
        let submission: TaskSubmission
        let continuation: CheckedContinuation<Outcome, Never>
    }

    private let pool: PostgresPool
    private var waiters = SubmissionQueue<Waiter>()
    private var batches = TaskBatches()
    private var isScheduled = false
    private var isCommitting = false
    /// Statements sent, for tests.
    private(set) var batchCount = 0

    nonisolated init(pool: PostgresPool) { self.pool = pool }

    /// Returns once the task is durable, or false when its conditions were not met.
    func insert(_ submission: TaskSubmission) async throws(PostgresError) -> Bool {
        let result = await withCheckedContinuation { (continuation: CheckedContinuation<Outcome, Never>) in
            let key = submission.key.map { SubmissionQueue<Waiter>.Key(user: submission.task.user, digest: $0.digest) }
            self.waiters.append(Waiter(submission: submission, continuation: continuation), key: key)
            self.schedule()
        }
        return try result.get()
    }

    /// At the end of the turn, so that all submissions of the turn go into one batch.
    private func schedule() {
        guard !self.isScheduled, !self.isCommitting, !self.waiters.isEmpty else { return }
        self.isScheduled = true
        EventLoop.main.atEndOfTurn {
            self.isScheduled = false
            LoopActor.immediate { await self.commitNext() }
        }
    }

    /// Commits a batch, and sends the next one before it resumes the waiters of this one: the disk works while their
    /// responses are made.
    private func commitNext() async {
        self.isCommitting = true
        let batch = self.nextBatch()
        let outcomes = await self.store(batch[...])
        self.isCommitting = false
        if !self.waiters.isEmpty { LoopActor.immediate { await self.commitNext() } }
        for (waiter, outcome) in zip(batch, outcomes) { waiter.continuation.resume(returning: outcome) }
    }

    private func nextBatch() -> [Waiter] {
        let batch = self.waiters.take(self.batches.next(waiting: self.waiters.count))
        self.batches.taken(batch.count)
        return batch
    }

    /// Inserts the batch and returns the outcome of each task. When a value is rejected, bisects the batch so that one
    /// bad row does not fail the others. Errors that are not caused by a row, such as a locked table or a full disk,
    /// fail all.
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

    /// Returns the tasks that are stored; nil for all. Insertion is idempotent, so a batch with an unknown outcome is
    /// sent once more.
    private func insert(_ batch: [TaskSubmission]) async throws(PostgresError) -> Set<TaskID>? {
        self.batchCount += 1
        var count: Int
        do {
            count = try await self.pool.execute(TaskInserter.query(batch, mayBeThere: false))
        } catch  where error.isOutcomeUnknown || error.isRetryable && error.code == .refused || error.isTaskThere {
            count = try await self.pool.execute(TaskInserter.query(batch, mayBeThere: true))
        }
        if count == batch.count { return nil }
        // Some were not admitted, or existed already. The others are committed, so a connection that is lost now is no
        // reason to tell all of their users to send them again.
        do {
            return try await self.stored(batch)
        } catch  where error.isOutcomeUnknown || error.isRetryable {
            return try await self.stored(batch)
        }
    }

    /// Those that are in the database.
    private func stored(_ batch: [TaskSubmission]) async throws(PostgresError) -> Set<TaskID> {
        let ids = batch.map(\.task.id.description)
        var stored: Set<TaskID> = []
        for row in try await self.pool.query("SELECT id FROM tasks WHERE id = ANY(\(.textArray(ids)))") {
            stored.insert(try row.decode("id", by: TaskID.init))
        }
        return stored
    }
}

extension PostgresError {
    /// Whether a task with that id exists already.
    fileprivate var isTaskThere: Bool { self.sqlState == "23505" && self.constraint == "tasks_pkey" }
}
