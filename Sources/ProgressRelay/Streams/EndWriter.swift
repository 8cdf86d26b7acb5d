internal import MaaSControl
internal import MaaSCore

/// Writes the ends of tasks to the database, and publishes them on the event streams.
@LoopActor
struct EndWriter {
    private let streams: EventShards
    private let streamLength: Int
    private let redis: RedisClient
    private let token: EventToken
    private let store: TaskStore
    private let tracer: Tracer
    private let metrics: RelayMetrics
    private let logger: Logger

    /// The result of writing an end.
    private enum Outcome {
        case written
        /// Another transaction holds the row's lock.
        case locked
        /// A retry may succeed.
        case failed(any Error)
    }

    init(
        streams: EventShards,
        streamLength: Int,
        redis: RedisClient,
        token: EventToken,
        store: TaskStore,
        tracer: Tracer,
        metrics: RelayMetrics,
        logger: Logger
    ) {
        self.streams = streams
        self.streamLength = streamLength
        self.redis = redis
        self.token = token
        self.store = store
        self.tracer = tracer
        self.metrics = metrics
        self.logger = logger
    }

    /// Writes ends concurrently, so that none waits for another's round trips. Returns those whose rows are locked.
    func write(_ endings: [WriteBatch.Ending]) async throws -> [WriteBatch.Ending] {
        let writing = endings.map { ending in
            Task.immediate(executorPreference: EventLoop.main) { @LoopActor in await self.write(ending) }
        }
        var locked: [WriteBatch.Ending] = []
        var fault: (any Error)?
        for (ending, task) in zip(endings, writing) {
            switch await task.value {
            case .written: break
            case .locked:
                locked.append(ending)
                if !ending.isLocked {
                    self.logger.warning("cannot record an end yet: the row is locked", [.task: "\(ending.task)"])
                }
            case .failed(let error): fault = fault ?? error
            }
        }
        if let fault { throw fault }
        return locked
    }

    private func write(_ ending: WriteBatch.Ending) async -> Outcome {
        do {
            guard let row = try await self.finish(ending) else { return .written }
            // The row was skipped because another transaction holds its lock.
            if row.state == .running || ending.result(missingIn: row) != nil { return .locked }
            if row.state.isTerminal { try await self.publish(row) }
            return .written
        } catch let error as PostgresError where error.isCausedByLock {
            return .locked
        } catch let error as PostgresError where error.isCausedByValue {
            self.logger.logUnwritable(ending.task, error)
            return .written
        } catch let error as PostgresError where error.code == .unexpectedValue {
            // The end was committed before its row was found to be unreadable.
            self.logger.error("an end cannot be announced", [.task: "\(ending.task)", .error: "\(error)"])
            return .written
        } catch {
            return .failed(error)
        }
    }

    /// Ends the attempt, or completes the result of its end. Returns the row as it is then; nil when there is none, or
    /// another attempt's.
    private func finish(_ ending: WriteBatch.Ending) async throws -> TaskRow? {
        let started = Timestamp.now()
        // Statements on one connection are serial: many that wait for a lock repeatedly would block all others. Only
        // the first try waits for the task's row. Each waits for its user's webhook endpoints, which are locked while
        // other tasks of the user end: a hundred at a time, so not for long.
        let ended = try await self.store.finish(
            ending.task,
            attempt: ending.attempt,
            as: ending.outcome,
            skippingLocked: ending.isLocked
        )
        if let ended {
            self.metrics.ends.count(ended)
            self.record(ended, writtenSince: started)
            return ended
        }
        // No row was updated: an earlier try may have ended it without adding the event.
        guard let row = try await self.store.task(ending.task), row.attempt == ending.attempt else { return nil }
        guard let result = ending.result(missingIn: row) else { return row }
        let completed = try await self.store.completeResult(
            of: ending.task,
            attempt: ending.attempt,
            with: result,
            skippingLocked: ending.isLocked
        )
        if let completed { return completed }
        // The row is locked, or another replica was faster.
        return try await self.store.task(ending.task)
    }

    private func publish(_ row: TaskRow) async throws(RedisError) {
        let now = Timestamp.now()
        let event = TaskEvent(
            task: row.id,
            attempt: row.attempt,
            producer: .control,
            sequence: now.milliseconds,
            time: now,
            body: .state(row.state, failure: row.failure, result: row.result)
        )
        try await self.redis.addToStream(
            self.streams.stream(of: row.id),
            fields: event.fields(token: self.token.make(.control, task: row.id, attempt: row.attempt)),
            maximumLength: self.streamLength
        )
    }

    /// Logs the end of the attempt, and traces how long writing it took.
    private func record(_ row: TaskRow, writtenSince started: Timestamp) {
        self.logger.logEnd(of: row)
        self.tracer.recordAttempt(of: row)
        guard let attempt = row.trace?.attempt(row.attempt) else { return }
        self.tracer.record(
            Span("write end", parent: attempt, start: started, end: .now(), attributes: row.spanAttributes)
        )
    }
}
