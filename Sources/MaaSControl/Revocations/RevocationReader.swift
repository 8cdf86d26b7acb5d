package import MaaSCore

/// Follows the stream of revocations, so that a revoked key ends in every service at once.
@LoopActor
package final class RevocationReader: Service {
    package typealias Handler = @LoopActor (Revocation) -> Void

    package nonisolated let name = "revocations"
    private let redis: RedisClient
    private let logger: Logger
    private let handler: Handler
    private var reading: Task<Void, Never>?

    private static let batchLimit = 1000
    private static let block = Duration.seconds(2)

    /// - Parameter redis: where the stream is. The reader has a client of its own there, because a blocking read holds up
    ///   other commands.
    package init(_ redis: RedisConfiguration, logger: Logger, handler: @escaping Handler) {
        self.redis = RedisClient(redis, logger: logger)
        self.logger = logger
        self.handler = handler
    }

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
        while !Task.isCancelled {
            do {
                // Of what came before, nothing is remembered here. So too after a fault: a stream that was lost begins anew
                // with smaller ids, and what was missed runs out by itself.
                var cursor = try await self.redis.streamInfo(SharedKeys.revocations)?.lastGeneratedID ?? .zero
                backoff.reset()
                while !Task.isCancelled { cursor = try await self.read(after: cursor) }
            } catch {
                if error.code == .cancelled || error.code == .closed { return }
                self.logger.warning("cannot read the revocations", [.error: "\(error)"])
                try? await LoopClock().sleep(for: backoff.next())
            }
        }
    }

    private func read(after cursor: RedisStreamID) async throws(RedisError) -> RedisStreamID {
        let stream = SharedKeys.revocations
        let streams = try await self.redis.readStreams([stream: cursor], count: Self.batchLimit, block: Self.block)
        let entries = streams[stream] ?? []
        for revocation in entries.compactMap({ Revocation(fields: $0.fields) }) { self.handler(revocation) }
        return entries.last?.id ?? cursor
    }
}
