internal import MaaSCore

/// Reads every event for this replica's followers, and proves again and again that it misses none.
@LoopActor
final class EventReader: Service {
    nonisolated let name = "event reader"
    private let stream: String
    private let verifier: EventVerifier
    private let hub: FeedHub
    /// Blocks in XREAD, so it has a connection of its own.
    private let reading: RedisClient
    private let asking: RedisClient
    private let epoch: StreamEpoch
    private let logger: Logger

    private var cursor = RedisStreamID.zero
    /// No sound entry has greater milliseconds than this, until the next check.
    private var horizon: UInt64 = 0
    private var lastReply = ContinuousClock.now
    private var lastCheck = ContinuousClock.now
    private var task: Task<Void, Never>?

    private static let batch = 1000
    private static let block: Duration = .seconds(1)
    private static let checkInterval: Duration = .seconds(5)
    /// How far an entry's id may be ahead of Redis's clock. Redis itself makes none that is.
    private static let lead: Duration = .seconds(60)
    /// Entries read at the start, so that clients of the replica before this one can go on where they were.
    private static let warmth = 10_000

    init(
        stream: String,
        redis: RedisConfiguration,
        asking: RedisClient,
        verifier: EventVerifier,
        hub: FeedHub,
        logger: Logger
    ) {
        self.stream = stream
        self.verifier = verifier
        self.hub = hub
        self.reading = RedisClient(redis, logger: logger)
        self.asking = asking
        self.epoch = StreamEpoch(redis: asking, stream: stream)
        self.logger = logger
    }

    /// Nil while replies come; else what is wrong.
    var problem: String? {
        let silence = ContinuousClock.now - self.lastReply
        return silence < .seconds(5) ? nil : "no reply from the event stream for \(Int(silence.inSeconds)) s"
    }

    func start() async throws {
        self.reading.start()
        self.task = LoopActor.immediate { await self.run() }
    }

    func stop() async {
        self.task?.cancel()
        await self.reading.close()
        await self.task?.value
    }

    private func run() async {
        var backoff = Backoff()
        var isWarm = false
        while !Task.isCancelled {
            do {
                if !isWarm {
                    try await self.warmUp()
                    isWarm = true
                }
                try await self.readOnce()
                backoff.reset()
            } catch {
                if error.code == .cancelled || error.code == .closed { return }
                self.logger.warning("cannot read events", [.error: "\(error)"])
                // What happened meanwhile is found out before the next read.
                self.lastCheck = .now - Self.checkInterval
                try? await LoopClock().sleep(for: backoff.next())
            }
        }
    }

    /// Reads the newest entries, oldest first, and goes on from there.
    private func warmUp() async throws(RedisError) {
        self.horizon = try await self.epoch.renewIfAhead(by: Self.lead).horizon
        let epoch = try await self.epoch.current()
        let entries = try await self.asking.newestEntries(of: self.stream, count: Self.warmth).reversed()
        let last = try await self.asking.streamInfo(self.stream)?.lastGeneratedID ?? .zero
        self.cursor = entries.last?.id ?? last
        // Before the oldest entry there may have been others.
        let floor = entries.first.map { EventPosition(value: EventPosition($0.id).value - 1) }
        self.hub.begin(epoch: epoch, at: floor ?? EventPosition(self.cursor))
        self.take(Array(entries))
        self.logger.info("reading events", [.stream: self.stream, .count: "\(entries.count)", .epoch: epoch])
    }

    private func readOnce() async throws(RedisError) {
        if ContinuousClock.now - self.lastCheck >= Self.checkInterval { try await self.check() }
        let streams = try await self.reading.readStreams(
            [self.stream: self.cursor],
            count: Self.batch,
            block: Self.block
        )
        self.lastReply = .now
        if let entries = streams[self.stream] { self.take(entries) }
    }

    private func take(_ all: [RedisStreamEntry]) {
        let entries = all.prefix { $0.id.milliseconds <= self.horizon }
        // The check renews the stream, or moves the horizon. Until then nothing beyond it is read.
        if entries.count < all.count { self.lastCheck = .now - Self.checkInterval }
        guard let last = entries.last else { return }
        var events: [(position: EventPosition, event: TaskEvent)] = []
        events.reserveCapacity(entries.count)
        for entry in entries {
            // The writer, which sees the same entries once in all replicas, logs those that are refused.
            if case .event(let event) = self.verifier.read(entry) { events.append((EventPosition(entry.id), event)) }
        }
        self.cursor = last.id
        self.hub.take(events, cursor: EventPosition(last.id))
    }

    /// A stream that was lost and began again has smaller ids: the read would wait for ever. And one that was trimmed
    /// beyond the cursor, while this replica was cut off, has a hole.
    private func check() async throws(RedisError) {
        let cursor = self.cursor
        let (horizon, isRenewed) = try await self.epoch.renewIfAhead(by: Self.lead)
        self.horizon = horizon
        if isRenewed { self.logger.warning("renewed the event stream, whose ids ran ahead", [.stream: self.stream]) }
        let info = try await self.asking.streamInfo(self.stream)
        let epoch = try await self.epoch.current()
        self.lastCheck = .now
        if epoch == self.hub.epoch {
            if let info, info.lastGeneratedID >= cursor {
                // Ids are not contiguous, so this may be no hole; a snapshot too many is harmless.
                guard info.isTrimmed, let first = info.firstID, first > cursor, info.lastGeneratedID > cursor else {
                    return
                }
                self.logger.warning("events were trimmed before they were read", [.stream: self.stream])
                self.restart(epoch, from: cursor)
                return
            }
            if info == nil, cursor == .zero { return }
            self.logger.warning("the event stream lost its data", [.stream: self.stream])
            self.restart(try await self.epoch.replace(epoch), from: .zero)
        } else {
            // Whoever noticed first has begun a new one.
            let isOurs = info.map { $0.lastGeneratedID >= cursor } ?? false
            self.restart(epoch, from: isOurs ? cursor : .zero)
        }
    }

    private func restart(_ epoch: String, from cursor: RedisStreamID) {
        self.cursor = cursor
        self.hub.begin(epoch: epoch, at: EventPosition(cursor))
    }
}
