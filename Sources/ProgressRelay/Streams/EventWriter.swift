internal import MaaSControl
internal import MaaSCore

/// Writes events to the database, as a member of a consumer group: each event is written by one replica.
///
/// An entry is acknowledged once it is committed. Entries pending for a replica that died are claimed by the others.
@LoopActor
final class EventWriter: Service {
    nonisolated let name = "event writer"
    private let shards: EventShards
    private let streamLength: Int
    private let consumer: String
    private let verifier: EventVerifier
    private let store: TaskStore
    /// Blocks in XREADGROUP, so it has a connection of its own.
    private let reading: RedisClient
    private let asking: RedisClient
    private let flushInterval: Duration
    private let claimAfter: Duration
    private let tracer: Tracer
    private let metrics: RelayMetrics
    private let logger: Logger

    private var batch = WriteBatch()
    private var lastFlush = ContinuousClock.now
    private let bell = LoopBell()
    /// Whether the last read was empty.
    private var isIdle = false
    private var refused: (count: Int, last: RedisStreamID, reason: String)?
    private var lastClaim: ContinuousClock.Instant?
    private var failingSince: ContinuousClock.Instant?
    private var task: Task<Void, Never>?
    private var isStopping = false

    /// The result of writing an end.
    private enum Ended {
        case written
        /// Another transaction holds the row's lock.
        case held
        /// A retry may succeed.
        case failed(any Error)
    }

    private static let group = "relay"
    private static let count = 1000
    /// Reports per statement. The loop serves no follower while it builds one.
    private static let reportsPerStatement = 128
    /// An entry pending for longer than this is claimed, as its replica is presumed dead.
    static let claimAfter: Duration = .seconds(10)
    private static let claimInterval: Duration = .seconds(5)
    /// How long a statement waits for a row lock. All other events wait meanwhile.
    static let lockPatience: Duration = .milliseconds(500)
    /// The delay between two reads, unless ``hurry()`` is called, so that events are read in batches. Not longer: a
    /// batch is also processed in one go, and followers wait meanwhile.
    private static let gathering: Duration = .milliseconds(50)

    init(
        streams: EventShards,
        streamLength: Int,
        redis: RedisConfiguration,
        asking: RedisClient,
        verifier: EventVerifier,
        store: TaskStore,
        flushInterval: Duration,
        claimAfter: Duration = EventWriter.claimAfter,
        tracer: Tracer,
        metrics: RelayMetrics,
        logger: Logger
    ) {
        self.shards = streams
        self.streamLength = streamLength
        self.consumer = "relay-" + Hexadecimal.encode(RandomBytes.shared.next(6))
        self.verifier = verifier
        self.store = store
        self.reading = RedisClient(redis, purpose: "writer", logger: logger)
        self.asking = asking
        self.flushInterval = flushInterval
        self.claimAfter = claimAfter
        self.tracer = tracer
        self.metrics = metrics
        self.logger = logger
    }

    /// Nil while events are written; else a description of the problem.
    var problem: String? {
        guard let failingSince else { return nil }
        let duration = ContinuousClock.now - failingSince
        return duration < .seconds(5) ? nil : "no event written for \(Int(duration.inSeconds)) s"
    }

    func start() async throws {
        self.reading.start()
        self.task = LoopActor.immediate { await self.run() }
    }

    func stop() async {
        self.isStopping = true
        self.bell.ring()
        // Not cancelled: Redis may just be delivering entries to this consumer.
        await self.task?.value
        try? await self.flush()
        if self.batch.isEmpty { await self.leave() }
        self.bell.close()
        await self.reading.close()
    }

    /// Reads without delay, because a task's end is in the stream.
    func hurry() { self.bell.ring() }

    private func run() async {
        var backoff = Backoff(maximum: .seconds(2))
        while !self.isStopping {
            do {
                // First the batch: while the database is down, nothing more is read.
                if self.isDue { try await self.flush() }
                try await self.claim()
                await self.bell.wait(atMost: self.isIdle ? self.flushInterval : min(Self.gathering, self.flushInterval))
                try await self.read()
                backoff.reset()
                self.failingSince = nil
            } catch let error as RedisError where error.serverCode == "NOGROUP" {
                await self.createGroup()
            } catch {
                if (error as? RedisError)?.code == .closed { return }
                self.failingSince = self.failingSince ?? .now
                self.logger.warning("cannot write events", [.error: "\(error)"])
                try? await LoopClock().sleep(for: backoff.next())
            }
        }
    }

    private var isDue: Bool {
        !self.batch.isEmpty && (self.batch.isUrgent || ContinuousClock.now - self.lastFlush >= self.flushInterval)
    }

    /// Starts at the beginning of the stream, so that events from before the first relay are written too.
    private func createGroup() async {
        do {
            for stream in self.shards.streams { try await self.asking.createGroup(Self.group, stream: stream) }
        } catch {
            self.failingSince = self.failingSince ?? .now
            self.logger.warning("cannot create the consumer group", [.error: "\(error)"])
            try? await LoopClock().sleep(for: .milliseconds(500))
        }
    }

    private func read() async throws(RedisError) {
        let streams = try await self.reading.readGroup(
            Self.group,
            consumer: self.consumer,
            streams: self.shards.streams,
            count: Self.count
        )
        self.isIdle = streams.isEmpty
        // A full batch: more entries may be waiting.
        if streams.values.contains(where: { $0.count == Self.count }) { self.bell.ring() }
        for (stream, entries) in streams { self.add(entries, of: stream) }
    }

    private func claim() async throws(RedisError) {
        if let lastClaim, ContinuousClock.now - lastClaim < Self.claimInterval { return }
        for stream in self.shards.streams { try await self.claim(of: stream) }
        self.lastClaim = .now
    }

    private func claim(of stream: String) async throws(RedisError) {
        var cursor = RedisStreamID.zero
        repeat {
            let claim = try await self.asking.autoClaim(
                Self.group,
                consumer: self.consumer,
                stream: stream,
                idle: self.claimAfter,
                from: cursor,
                count: Self.count
            )
            self.add(claim.entries, of: stream)
            if claim.lostCount > 0 {
                self.metrics.count(.trimmed, claim.lostCount)
                let metadata: Logger.Metadata = [.count: "\(claim.lostCount)", .stream: stream]
                self.logger.warning("events were trimmed before they were written", metadata)
            }
            cursor = claim.next
        } while cursor != .zero
    }

    private func add(_ entries: [RedisStreamEntry], of stream: String) {
        for entry in entries {
            let place = WriteBatch.Entry(stream: stream, id: entry.id)
            self.batch.add(place)
            switch self.verifier.read(entry) {
            case .event(let event): self.batch.add(event, in: place)
            case .refused(_, let reason): self.refused = ((self.refused?.count ?? 0) + 1, entry.id, reason)
            }
        }
    }

    /// Commits the batch, publishes the ends of tasks, and acknowledges. After an error all of it is repeated, which is
    /// idempotent: progress never falls, and a task ends once. What the database rejects for its value is logged and
    /// left out; an end whose row is locked stays in the batch.
    private func flush() async throws {
        let batch = self.batch
        guard !batch.isEmpty else { return }
        // One line for all of them, so that a producer cannot flood the log.
        if let refused = self.refused.take() {
            let last = "\(refused.last): \(refused.reason)"
            self.logger.warning("refused events", [.count: "\(refused.count)", .key: last])
        }
        // An end is written after its own task's progress, but before that of other tasks.
        let (own, others) = batch.reportsByUrgency
        try await self.record(own)
        let held = try await self.end(batch.endings)
        try await self.record(others)
        let written = batch.ids(without: held)
        // Ids are in order within each stream. Ends with locked rows are left out: their lag is not the writer's.
        if let oldest = written.values.compactMap(\.first).min() { self.metrics.count(oldest, takenBy: .writer) }
        for (stream, ids) in written {
            try await self.asking.acknowledge(Self.group, stream: stream, ids: ids)
        }
        self.batch = WriteBatch(held: held)
        self.lastFlush = .now
    }

    private func record(_ reports: [ProgressReport]) async throws(PostgresError) {
        for start in stride(from: 0, to: reports.count, by: Self.reportsPerStatement) {
            try await self.record(reports[start..<min(start + Self.reportsPerStatement, reports.count)])
        }
    }

    /// Bisects reports that the server rejects for their values, so that a bad one does not block the others. Tasks
    /// whose rows are locked are skipped: their next report replaces this one.
    private func record(_ reports: ArraySlice<ProgressReport>, skippingHeld: Bool = false) async throws(PostgresError) {
        do {
            try await self.store.recordProgress(Array(reports), skippingHeld: skippingHeld)
        } catch  where error.isCausedByLock && !skippingHeld {
            try await self.record(reports, skippingHeld: true)
        } catch  where error.isCausedByValue {
            guard reports.count > 1 else {
                for report in reports { self.leaveOut(report.task, error) }
                return
            }
            let middle = reports.startIndex + reports.count / 2
            try await self.record(reports[..<middle], skippingHeld: skippingHeld)
            try await self.record(reports[middle...], skippingHeld: skippingHeld)
        }
    }

    private func leaveOut(_ task: TaskID, _ error: PostgresError) {
        self.logger.error("an event cannot be written", [.task: "\(task)", .error: "\(error)"])
    }

    /// Writes ends concurrently, so that none waits for another's round trips. Returns those whose rows are locked.
    private func end(_ endings: [WriteBatch.Ending]) async throws -> [WriteBatch.Ending] {
        let writing = endings.map { ending in
            Task.immediate(executorPreference: EventLoop.main) { @LoopActor in await self.write(ending) }
        }
        var held: [WriteBatch.Ending] = []
        var fault: (any Error)?
        for (ending, task) in zip(endings, writing) {
            switch await task.value {
            case .written: break
            case .held:
                held.append(ending)
                if !ending.isHeld { self.logger.warning("an end waits for its row", [.task: "\(ending.task)"]) }
            case .failed(let error): fault = fault ?? error
            }
        }
        if let fault { throw fault }
        return held
    }

    private func write(_ ending: WriteBatch.Ending) async -> Ended {
        do {
            return try await self.end(ending) ? .written : .held
        } catch let error as PostgresError where error.isCausedByLock {
            return .held
        } catch let error as PostgresError where error.isCausedByValue {
            self.leaveOut(ending.task, error)
            return .written
        } catch {
            return .failed(error)
        }
    }

    /// Ends a task. Returns false when its row was locked also on a retry.
    private func end(_ ending: WriteBatch.Ending) async throws -> Bool {
        let started = Timestamp.now()
        // Statements on one connection are serial: many that wait for a lock repeatedly would block all others. Only
        // the first try waits.
        var row = try await self.store.finish(
            ending.task,
            attempt: ending.attempt,
            as: ending.outcome,
            skippingHeld: ending.isHeld
        )
        if let row {
            self.metrics.count(end: row.state, row.failure)
            self.trace(row, writtenSince: started)
        }
        // No row was updated: an earlier try may have ended it without adding the event.
        if row == nil { row = try await self.store.task(ending.task) }
        guard let row, row.attempt == ending.attempt else { return true }
        guard row.state.isTerminal else { return row.state != .running }
        let now = Timestamp.now()
        let event = TaskEvent(
            task: row.id,
            attempt: row.attempt,
            producer: .control,
            sequence: now.milliseconds,
            time: now,
            body: .state(row.state, failure: row.failure)
        )
        let token = self.verifier.token.make(.control, task: row.id, attempt: row.attempt)
        try await self.asking.addToStream(
            self.shards.stream(of: row.id),
            fields: event.fields(token: token),
            maximumLength: self.streamLength
        )
        return true
    }

    /// Logs the end of the attempt, and traces how long writing it took.
    private func trace(_ row: TaskRow, writtenSince started: Timestamp) {
        self.logger.info(
            "attempt ended",
            [
                .task: "\(row.id)", .attempt: "\(row.attempt)", .state: row.state.rawValue,
                .code: row.failure?.code, .trace: row.trace?.traceID,
            ]
        )
        self.tracer.recordAttempt(of: row)
        guard let attempt = row.trace?.attempt(row.attempt) else { return }
        self.tracer.record(
            Span("write end", parent: attempt, start: started, end: .now(), attributes: row.spanAttributes)
        )
    }

    /// Removes the consumer from the group, which would keep its name forever. That discards its pending entries, so
    /// call it only when everything read has been acknowledged.
    private func leave() async {
        let commands = self.shards.streams.map { ["XGROUP", "DELCONSUMER", $0, Self.group, self.consumer] }
        _ = try? await self.asking.pipeline(commands)
    }
}
