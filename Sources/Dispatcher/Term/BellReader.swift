internal import MaaSCore

/// Reads the stream of bells as a consumer group and passes on which tasks to look at.
///
/// An entry is acknowledged after its rows were read: the rows are the queue, entries are only hints.
@LoopActor
final class BellReader {
    typealias Handler = @LoopActor ([TaskBell]) async throws -> Void

    private let redis: RedisClient
    private let stream: String
    private let logger: Logger
    private let handler: Handler

    private static let group = "dispatcher"
    /// One name for all leaders, so that each takes over its predecessor's pending entries.
    private static let consumer = "leader"
    private static let batchLimit = 500

    /// - Parameter redis: a dedicated connection, because a blocking read delays other commands.
    init(redis: RedisClient, stream: String, logger: Logger, handler: @escaping Handler) {
        self.redis = redis
        self.stream = stream
        self.logger = logger
        self.handler = handler
    }

    /// Reads until its task is cancelled.
    func run() async {
        var backoff = Backoff()
        var failures = FailureSeries()
        while !Task.isCancelled {
            do {
                try await self.redis.createGroup(Self.group, stream: self.stream)
                try await self.readPending()
                backoff.reset()
                failures.reset()
                while !Task.isCancelled { try await self.readNew() }
            } catch {
                // This includes a missing group, after Redis lost its data: it is created again.
                if Task.isCancelled { return }
                self.logger.warning("cannot read notifications of changed tasks", error, of: &failures)
                try? await LoopClock().sleep(for: backoff.next())
            }
        }
    }

    private func readNew() async throws {
        let entries = try await self.redis.readGroup(
            Self.group,
            consumer: Self.consumer,
            stream: self.stream,
            count: Self.batchLimit,
            block: .seconds(2)
        )
        try await self.handle(entries)
    }

    private func readPending() async throws {
        while true {
            let entries = try await self.redis.readPending(
                Self.group,
                consumer: Self.consumer,
                stream: self.stream,
                count: Self.batchLimit
            )
            if entries.isEmpty { return }
            try await self.handle(entries)
        }
    }

    private func handle(_ entries: [RedisStreamEntry]) async throws {
        guard !entries.isEmpty else { return }
        try await self.handler(entries.compactMap { TaskBell(fields: $0.fields) })
        try await self.redis.acknowledge(Self.group, stream: self.stream, ids: entries.map(\.id))
    }
}
