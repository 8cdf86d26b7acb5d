internal import MaaSCore

/// Reads all events for this replica's followers, and checks periodically that it missed none.
@LoopActor
final class EventReader: Service {
    nonisolated let name = "event reader"
    private let streams: EventShards
    private let verifier: EventVerifier
    private let hub: FeedHub
    /// Blocks in XREAD, so it has a connection of its own.
    private let blockingRedis: RedisClient
    private let checkInterval: Duration
    private let whenEnded: @LoopActor () -> Void
    private let logger: Logger

    /// By shard.
    private var reads: [ReadStream]
    private var lastReply = ContinuousClock.now
    /// When the last read returned entries.
    private var lastEntries = ContinuousClock.now - EventReader.gathering
    private var lastCheck = ContinuousClock.now
    private let bell = LoopBell()
    private var task: Task<Void, Never>?

    private static let batch = 1000
    private static let block: Duration = .seconds(1)
    /// The shortest time between two reads that return entries. Under load, entries then share the cost of a round trip
    /// and a loop turn, which is higher than their own; one that comes alone is read as it arrives.
    private static let gathering: Duration = .milliseconds(1)
    /// The most batches read in one check of a stream, so that a flooded stream does not hold up the others. The rest
    /// is read with theirs.
    private static let checkedBatches = 20
    /// Entries read at the start, so that clients of the previous replica can resume.
    private static let warmth = 10_000

    /// - Parameter whenEnded: called when a task's end was read, so that it is written at once.
    init(
        streams: EventShards,
        redis: RedisClient,
        redisConfiguration: RedisConfiguration,
        verifier: EventVerifier,
        hub: FeedHub,
        checkInterval: Duration = .seconds(5),
        logger: Logger,
        whenEnded: @escaping @LoopActor () -> Void
    ) {
        self.streams = streams
        self.verifier = verifier
        self.hub = hub
        self.blockingRedis = RedisClient(redisConfiguration, purpose: "followers", logger: logger)
        self.reads = streams.names.map { ReadStream($0, redis: redis) }
        self.checkInterval = checkInterval
        self.whenEnded = whenEnded
        self.logger = logger
    }

    /// Nil while Redis answers; else a description of the problem.
    var problem: String? {
        let silence = ContinuousClock.now - self.lastReply
        return silence < .seconds(5) ? nil : "no reply from the event streams for \(Int(silence.inSeconds)) s"
    }

    /// Has `metrics` show the connection that it reads over.
    func register(in metrics: Metrics) { self.blockingRedis.register(in: metrics) }

    func start() async throws {
        self.blockingRedis.start()
        self.task = LoopActor.immediate { await self.run() }
    }

    func stop() async {
        self.task?.cancel()
        await self.blockingRedis.close()
        self.bell.ring()
        await self.task?.value
        self.bell.close()
    }

    private func run() async {
        var backoff = Backoff()
        var failures = FailureSeries()
        var isWarm = false
        while !Task.isCancelled {
            do {
                if !isWarm {
                    try await self.warmUp(Array(self.reads.indices))
                    isWarm = true
                }
                try await self.readOnce()
                backoff.reset()
                failures.reset()
            } catch {
                if error.code == .cancelled || error.code == .closed { return }
                self.logger.warning("cannot read events", error, of: &failures)
                // Forces a check before the next read: entries may have been lost meanwhile.
                self.lastCheck = .now - self.checkInterval
                try? await LoopClock().sleep(for: backoff.next())
            }
        }
    }

    /// Reads the newest entries of streams, oldest first, and continues from there.
    private func warmUp(_ shards: [Int]) async throws(RedisError) {
        var begun: [Int: FeedShard] = [:]
        // Assigned only together with the hub's state: after a failure in between, a hole would go unnoticed.
        var reads = self.reads
        var entries: [Int: [RedisStreamEntry]] = [:]
        for shard in shards { (begun[shard], entries[shard]) = try await reads[shard].start(count: Self.warmth) }
        self.reads = reads
        self.hub.restart(begun)
        for (shard, entries) in entries {
            let trusted = self.trusted(entries, of: shard, after: begun[shard]?.cursor)
            self.tell(trusted, of: shard, areNew: false)
        }
        let count = entries.values.reduce(0) { $0 + $1.count }
        self.logger.info("reading events", [.count: "\(count)", .epoch: self.hub.epoch])
    }

    private func readOnce() async throws(RedisError) {
        if ContinuousClock.now - self.lastCheck >= self.checkInterval { try await self.check() }
        // A timer may be a part of a millisecond early.
        while case let rest = self.lastEntries + Self.gathering - .now, rest > .zero, !Task.isCancelled {
            await self.bell.wait(atMost: rest)
        }
        let read = try await self.blockingRedis.readStreams(
            self.streams.names,
            after: self.reads.map(\.cursor.id),
            count: Self.batch,
            block: Self.block
        )
        self.lastReply = .now
        if !read.isEmpty { self.lastEntries = .now }
        for (stream, entries) in read {
            if let shard = self.streams.names.firstIndex(of: stream) { self.take(entries, of: shard) }
        }
    }

    /// Returns whether all entries were taken.
    @discardableResult
    private func take(_ all: [RedisStreamEntry], of shard: Int) -> Bool {
        let entries = self.trusted(all, of: shard)
        if let first = entries.first, let last = entries.last {
            self.hub.metrics.observeAge(of: first.id, takenBy: .followers)
            self.reads[shard].advance(to: last.id, by: entries.count)
            self.tell(entries, of: shard)
        }
        return entries.count == all.count
    }

    private func trusted(
        _ all: [RedisStreamEntry],
        of shard: Int,
        after position: EventPosition? = nil
    ) -> ArraySlice<RedisStreamEntry> {
        let entries = self.reads[shard].trusted(all, after: position)
        // Nothing more is read until a check renews the stream or moves the horizon.
        if entries.count < all.count { self.lastCheck = .now - self.checkInterval }
        return entries
    }

    /// - Parameter areNew: false if they may have been read before. Refused ones are not counted again then: each
    ///   restart would report an old forgery as a new one.
    private func tell(_ entries: ArraySlice<RedisStreamEntry>, of shard: Int, areNew: Bool = true) {
        guard let last = entries.last else { return }
        var events: [(position: EventPosition, event: TaskEvent)] = []
        events.reserveCapacity(entries.count)
        var hasEnding = false
        for entry in entries {
            // Refused entries are logged by the writer, which sees each entry in one replica only.
            switch self.verifier.read(entry) {
            case .event(let event):
                events.append((EventPosition(entry.id), event))
                hasEnding = hasEnding || event.outcome != nil
            case .refused(let outcome, _): if areNew { self.hub.metrics.count(outcome) }
            }
        }
        self.hub.take(events, of: shard, cursor: EventPosition(last.id))
        if hasEnding { self.whenEnded() }
    }

    /// A stream that was lost and recreated has smaller ids, so a read would block forever. One that was trimmed before
    /// it was read, or set back by a failover, has a hole. Each is restarted, and PostgreSQL fills the hole.
    private func check() async throws(RedisError) {
        var stale: [Int] = []
        self.lastCheck = .now
        for shard in self.reads.indices where try await !self.isIntact(shard) { stale.append(shard) }
        if !stale.isEmpty { try await self.warmUp(stale) }
    }

    private func isIntact(_ shard: Int) async throws(RedisError) -> Bool {
        let epoch = self.reads[shard].epoch
        var read = self.reads[shard]
        let isRenewed = try await read.renewIfAhead(in: self.hub.epoch(of: shard))
        self.reads[shard] = read
        if isRenewed { self.noteHealing("recreated an event stream whose ids had run ahead", shard, .ahead) }
        for _ in 0..<Self.checkedBatches {
            let snapshot = try await epoch.snapshot(after: self.reads[shard].cursor.id, count: Self.batch)
            // Nil when the stream was lost; different when another replica noticed first.
            guard snapshot.epoch == self.hub.epoch(of: shard) else {
                self.noteHealing("an event stream was restarted", shard, .epoch)
                return false
            }
            let isAll = snapshot.entries.count < Self.batch
            switch self.reads[shard].cursor.verdict(snapshot.info, unread: snapshot.entries.count, isAll: isAll) {
            case .sound: if !self.take(snapshot.entries, of: shard) { return true }
            case .trimmed:
                self.noteHealing("events were trimmed before they were read", shard, .trimmed)
                return false
            case .lost:
                self.noteHealing("an event stream lost entries", shard, .lost)
                _ = try await epoch.replace(self.hub.epoch(of: shard))
                return false
            }
            if isAll { return true }
        }
        return true
    }

    private func noteHealing(_ message: StaticString, _ shard: Int, _ heal: RelayMetrics.Heal) {
        self.hub.metrics.count(heal)
        self.logger.warning(message, [.stream: self.streams.names[shard]])
    }
}
