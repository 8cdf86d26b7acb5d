internal import MaaSCore

/// Commits the tasks that arrive together with one INSERT.
///
/// While a batch is in flight the next one gathers, so a batch is as large as the load makes it and a lone task waits
/// for nothing.
@LoopActor
final class TaskInserter {
    private typealias Outcome = Result<Void, PostgresError>

    private struct Waiter {
        let task: NewTask
        let continuation: CheckedContinuation<Outcome, Never>
    }

    /// The most rows in one statement: bounds how long one of them waits for the others.
    private static let batchLimit = 500

    private let pool: PostgresPool
    private var waiters = FIFO<Waiter>()
    private var isScheduled = false
    private var isCommitting = false
    /// Statements sent, for tests and metrics.
    private(set) var batchCount = 0

    nonisolated init(pool: PostgresPool) { self.pool = pool }

    /// Returns once the task is durable.
    func insert(_ task: NewTask) async throws(PostgresError) {
        let result = await withCheckedContinuation { (continuation: CheckedContinuation<Outcome, Never>) in
            self.waiters.append(Waiter(task: task, continuation: continuation))
            self.schedule()
        }
        try result.get()
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

    private func nextBatch() -> [Waiter] {
        var batch: [Waiter] = []
        while batch.count < Self.batchLimit, let waiter = self.waiters.popFirst() { batch.append(waiter) }
        return batch
    }

    /// Inserts the batch and returns what became of each. When the server refuses it, halves it until what is bad stands
    /// alone: one bad row must not fail the others.
    private func store(_ batch: ArraySlice<Waiter>) async -> [Outcome] {
        do throws(PostgresError) {
            try await self.insert(Self.query(batch.map(\.task)))
            return batch.map { _ in .success(()) }
        } catch  where batch.count > 1 && (error.code == .refused || error.code == .invalidParameter) {
            let middle = batch.startIndex + batch.count / 2
            return await self.store(batch[..<middle]) + self.store(batch[middle...])
        } catch {
            return batch.map { _ in .failure(error) }
        }
    }

    /// Inserting twice is harmless, so a batch whose outcome is unknown is sent once more.
    private func insert(_ query: PostgresQuery) async throws(PostgresError) {
        self.batchCount += 1
        do {
            try await self.pool.execute(query)
        } catch  where error.isOutcomeUnknown || error.isRetriable && error.code == .refused {
            try await self.pool.execute(query)
        }
    }

    /// One INSERT for any number of tasks: a column is an array, so the SQL is always the same.
    static func query(_ tasks: [NewTask]) -> PostgresQuery {
        """
        INSERT INTO tasks (id, user_id, template, parameters, priority, input, state, created_at, queued_at, updated_at)
        SELECT id, user_id, template, parameters, priority, input, 'QUEUED', created_at, created_at, created_at
        FROM unnest(
            \(.textArray(tasks.map(\.id.description))), \(.textArray(tasks.map(\.user))),
            \(.textArray(tasks.map(\.template))), \(.jsonArray(tasks.map(\.parameters))),
            \(.intArray(tasks.map(\.priority.rank))), \(.jsonArray(tasks.map { $0.input?.json })),
            \(.timestampArray(tasks.map(\.created)))
        ) AS new (id, user_id, template, parameters, priority, input, created_at)
        ON CONFLICT (id) DO NOTHING
        """
    }
}

extension TaskInput {
    fileprivate var json: JSONValue {
        [
            "key": .string(self.key), "size": .integer(self.size), "sha256": .string(self.sha256),
            "content_type": .string(self.contentType),
        ]
    }
}
