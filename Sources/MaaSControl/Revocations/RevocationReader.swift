package import MaaSCore

/// Follows the stream of revocations, so that a revoked key stops working in every service at once.
@LoopActor
package final class RevocationReader: Service {
    package typealias Handler = @LoopActor (Revocation) -> Void

    package nonisolated let name = "revocations"
    private let redis: RedisClient
    private let logger: Logger
    private let handler: Handler
    private let recall: Duration
    /// Everything up to here was handled; nil before the first read.
    private var cursor: RedisStreamID?
    private var reading: Task<Void, Never>?

    private static let batchLimit = 1000
    private static let block = Duration.seconds(2)

    /// - Parameters:
    ///   - redis: the server with the stream. The reader opens a client of its own, because a blocking read holds up
    ///     other commands.
    ///   - recall: how far before the start to read. Zero is right for a service that caches nothing across a restart.
    package init(
        _ redis: RedisConfiguration,
        recall: Duration = .zero,
        logger: Logger,
        handler: @escaping Handler
    ) {
        self.recall = recall
        self.redis = RedisClient(redis, purpose: "revocations", logger: logger)
        self.logger = logger
        self.handler = handler
    }

    /// Has `metrics` show the connection that it reads over.
    package func register(in metrics: Metrics) { self.redis.register(in: metrics) }

    package func start() async throws {
        self.redis.start()
        self.reading = LoopActor.immediate { await self.run() }
    }

    package func stop() async {
        self.reading?.cancel()
        await self.redis.close()
        await self.reading?.value
    }

    private func run() async {
        var backoff = Backoff()
        var failures = FailureSeries()
        while !Task.isCancelled {
            do {
                var cursor = try await self.beginning()
                backoff.reset()
                failures.reset()
                while !Task.isCancelled {
                    self.cursor = cursor
                    cursor = try await self.read(after: cursor)
                }
            } catch {
                if error.code == .cancelled || error.code == .closed { return }
                self.logger.warning("cannot read the revocations", error, of: &failures)
                try? await LoopClock().sleep(for: backoff.next())
            }
        }
    }

    /// The position to read from; after an error the last one, so that nothing is missed.
    private func beginning() async throws(RedisError) -> RedisStreamID {
        let last = try await self.redis.streamInfo(SharedKeys.revocations)?.lastGeneratedID ?? .zero
        guard let cursor = self.cursor else {
            let time = Timestamp.now() - self.recall
            return min(last, RedisStreamID(milliseconds: UInt64(clamping: time.milliseconds), sequence: 0))
        }
        // A lost stream restarts with smaller ids. The revocations lost with it expire by themselves.
        return last < cursor ? .zero : cursor
    }

    private func read(after cursor: RedisStreamID) async throws(RedisError) -> RedisStreamID {
        let stream = SharedKeys.revocations
        let streams = try await self.redis.readStreams(
            [stream],
            after: [cursor],
            count: Self.batchLimit,
            block: Self.block
        )
        let entries = streams[stream] ?? []
        for revocation in entries.compactMap({ Revocation(fields: $0.fields) }) { self.handler(revocation) }
        return entries.last?.id ?? cursor
    }
}
