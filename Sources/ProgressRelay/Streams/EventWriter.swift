internal import MaaSControl
internal import MaaSCore

/// Writes events to the database, as a member of a consumer group: each event is written by one replica.
///
/// An entry is acknowledged once it is committed. Entries pending for a replica that died are claimed by the others.
@LoopActor
final class EventWriter: Service {
    nonisolated let name = "event writer"
    private let group: ConsumerGroup
    private let verifier: EventVerifier
    private let progress: ProgressWriter
    private let ends: EndWriter
    /// Reads up to a thousand entries at a time, so it has a connection of its own.
    private let bulkRedis: RedisClient
    private let flushInterval: Duration
    private let claimAfter: Duration
    private let claimInterval: Duration
    private let removeAfter: Duration
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
    /// Since when a part of a batch is being written.
    private var flushingSince: ContinuousClock.Instant?
    private var failures = FailureSeries()
    /// Of taking over what dead replicas have left, which fails apart from the rest.
    private var claimFailures = FailureSeries()
    private var claimFailingSince: ContinuousClock.Instant?
    private var task: Task<Void, Never>?
    private var isStopping = false

    /// An entry pending for longer than this is claimed, as its replica is presumed dead.
    static let claimAfter: Duration = .seconds(10)
    /// A member of the group that has nothing pending and has been idle for so long is removed. Long only to spare
    /// those that are alive the work: before version 7.2, a member is idle for Redis until it gets an entry.
    static let removeAfter: Duration = .seconds(600)
    static let claimInterval: Duration = .seconds(5)
    /// How long a statement waits for a row lock. All other events wait meanwhile.
    static let lockPatience: Duration = .milliseconds(500)
    /// Longer than a statement may take (`postgres.statement_timeout`).
    private static let flushPatience: Duration = .seconds(15)
    /// The delay between two reads, unless ``wake()`` is called, so that events are read in batches. Not longer: a
    /// batch is also processed in one go, and followers wait meanwhile.
    private static let gathering: Duration = .milliseconds(50)

    init(
        streams: EventShards,
        streamLength: Int,
        redis: RedisClient,
        redisConfiguration: RedisConfiguration,
        verifier: EventVerifier,
        store: TaskStore,
        flushInterval: Duration,
        claimAfter: Duration = EventWriter.claimAfter,
        claimInterval: Duration = EventWriter.claimInterval,
        removeAfter: Duration = EventWriter.removeAfter,
        tracer: Tracer,
        metrics: RelayMetrics,
        logger: Logger
    ) {
        self.group = ConsumerGroup(streams: streams, redis: redis)
        self.verifier = verifier
        self.progress = ProgressWriter(store: store, logger: logger)
        self.ends = EndWriter(
            streams: streams,
            streamLength: streamLength,
            redis: redis,
            token: verifier.token,
            store: store,
            tracer: tracer,
            metrics: metrics,
            logger: logger
        )
        self.bulkRedis = RedisClient(redisConfiguration, purpose: "writer", logger: logger)
        self.flushInterval = flushInterval
        self.claimAfter = claimAfter
        self.claimInterval = claimInterval
        self.removeAfter = removeAfter
        self.metrics = metrics
        self.logger = logger
    }

    /// Nil while events are written; else a description of the problem.
    var problem: String? {
        let now = ContinuousClock.now
        if let failingSince, now - failingSince >= .seconds(5) {
            return "no event written for \(Int((now - failingSince).inSeconds)) s"
        }
        // A database that says nothing lets a flush hang, and not fail.
        if let flushingSince, now - flushingSince >= Self.flushPatience {
            return "events have been on their way to the database for \(Int((now - flushingSince).inSeconds)) s"
        }
        // Not at the first failure: a next try may succeed.
        if let claimFailingSince, now - claimFailingSince >= self.claimInterval * 2 {
            return "events of dead replicas not taken over for \(Int((now - claimFailingSince).inSeconds)) s"
        }
        return nil
    }

    /// Has `metrics` show the connection that it reads over.
    func register(in metrics: Metrics) { self.bulkRedis.register(in: metrics) }

    func start() async throws {
        self.bulkRedis.start()
        self.task = LoopActor.immediate { await self.run() }
    }

    func stop() async {
        self.isStopping = true
        self.bell.ring()
        // Not cancelled: Redis may just be delivering entries to this consumer.
        await self.task?.value
        try? await self.flush()
        try? await self.group.leave()
        self.bell.close()
        await self.bulkRedis.close()
    }

    /// Reads without delay, because a task's end is in the stream.
    func wake() { self.bell.ring() }

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
                self.failures.reset()
            } catch let error as RedisError where error.serverCode == "NOGROUP" {
                await self.createGroup()
            } catch {
                if (error as? RedisError)?.code == .closed { return }
                self.failingSince = self.failingSince ?? .now
                self.logger.warning("cannot write events", error, of: &self.failures)
                try? await LoopClock().sleep(for: backoff.next())
            }
        }
    }

    private var isDue: Bool {
        !self.batch.isEmpty && (self.batch.isUrgent || ContinuousClock.now - self.lastFlush >= self.flushInterval)
    }

    private func createGroup() async {
        do {
            try await self.group.create()
        } catch {
            self.failingSince = self.failingSince ?? .now
            self.logger.warning("cannot create the consumer group", error, of: &self.failures)
            try? await LoopClock().sleep(for: .milliseconds(500))
        }
    }

    private func read() async throws(RedisError) {
        let streams = try await self.group.read(over: self.bulkRedis)
        self.isIdle = streams.isEmpty
        // A full batch: more entries may be waiting.
        if streams.values.contains(where: { $0.count == ConsumerGroup.count }) { self.bell.ring() }
        for (stream, entries) in streams { self.add(entries, of: stream) }
    }

    /// Takes over the entries of dead replicas when that is due. A failure does not keep this replica from writing its
    /// own, and has a series of its own, which a successful read does not end.
    private func claim() async throws(RedisError) {
        if let lastClaim, ContinuousClock.now - lastClaim < self.claimInterval { return }
        self.lastClaim = .now
        do {
            try await self.takeOver()
            self.claimFailures.reset()
            self.claimFailingSince = nil
        } catch {
            if error.code == .closed || error.serverCode == "NOGROUP" { throw error }
            self.claimFailingSince = self.claimFailingSince ?? .now
            self.logger.warning("cannot take over events of dead replicas", error, of: &self.claimFailures)
        }
    }

    private func takeOver() async throws(RedisError) {
        try await self.group.claim(idle: self.claimAfter) { claim, stream in
            self.add(claim.entries, of: stream)
            guard claim.lostCount > 0 else { return }
            self.metrics.count(.trimmed, claim.lostCount)
            let metadata: Logger.Metadata = [.count: "\(claim.lostCount)", .stream: stream]
            self.logger.warning("events were trimmed before they were written", metadata)
        }
        try await self.group.removeDead(idle: self.removeAfter)
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
        self.flushingSince = .now
        defer { self.flushingSince = nil }
        // One line for all of them, so that a producer cannot flood the log.
        if let refused = self.refused.take() {
            let last = "\(refused.last): \(refused.reason)"
            self.logger.warning("refused events", [.count: "\(refused.count)", .key: last])
        }
        // An end is written after its own task's progress, but before that of other tasks.
        let (own, others) = batch.reportsByUrgency
        try await self.progress.write(own)
        self.flushingSince = .now
        let held = try await self.ends.write(batch.endings)
        self.flushingSince = .now
        try await self.progress.write(others)
        let written = batch.ids(without: held)
        // Ids are in order within each stream. Ends with locked rows are left out: their lag is not the writer's.
        if let oldest = written.values.compactMap(\.first).min() {
            self.metrics.observeAge(of: oldest, takenBy: .writer)
        }
        for (stream, ids) in written { try await self.group.acknowledge(ids, of: stream) }
        self.batch = WriteBatch(locked: held)
        self.lastFlush = .now
    }
}
