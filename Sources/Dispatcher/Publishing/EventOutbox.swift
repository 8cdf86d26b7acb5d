internal import MaaSCore

/// The pending events of one event stream, in order; retries until the stream accepts them.
///
/// One per stream, so that a key of another type, or a shard that is down, delays no other stream.
@LoopActor
final class EventOutbox {
    private let stream: String
    private let redis: RedisClient
    private let streamLength: Int
    private let tokens: EventToken
    private let logger: Logger
    private var events = FIFO<TaskEvent>()
    private var sender: Task<Void, Never>?
    private var isClosed = false

    /// Beyond so many pending events, changes of queue positions are dropped.
    private static let limit = 10_000
    /// Beyond so many, the oldest events are dropped, whatever their kind: the rows have their content.
    private static let lastLimit = 100_000
    /// Events in one pipeline.
    private static let batchLimit = 256

    init(stream: String, redis: RedisClient, streamLength: Int, tokens: EventToken, logger: Logger) {
        self.stream = stream
        self.redis = redis
        self.streamLength = streamLength
        self.tokens = tokens
        self.logger = logger
    }

    func append(_ event: TaskEvent) {
        guard !self.isClosed else { return }
        if self.events.count >= Self.limit, case .queued = event.body { return }
        if self.events.count >= Self.lastLimit { _ = self.events.popFirst() }
        self.events.append(event)
        if self.sender == nil {
            self.sender = LoopActor.later { await self.send() }
        }
    }

    /// Stops sending.
    func close() {
        self.isClosed = true
        self.sender?.cancel()
    }

    private func send() async {
        while !Task.isCancelled, !self.events.isEmpty {
            var batch: [TaskEvent] = []
            while batch.count < Self.batchLimit, let event = self.events.popFirst() { batch.append(event) }
            await self.deliver(batch)
        }
        self.sender = nil
    }

    private func deliver(_ batch: [TaskEvent]) async {
        let entries = batch.map { event in
            event.fields(token: self.tokens.make(event.producer, task: event.task, attempt: event.attempt))
        }
        var backoff = Backoff()
        var failures = FailureSeries()
        while !Task.isCancelled {
            do {
                try await self.redis.addToStream(self.stream, entries: entries, maximumLength: self.streamLength)
                return
            } catch {
                if Task.isCancelled { return }
                if failures.record("\(error)") {
                    let metadata: Logger.Metadata = [
                        .stream: self.stream, .count: "\(entries.count)", .error: "\(error)",
                    ]
                    self.logger.warning("cannot publish", metadata)
                }
                try? await LoopClock().sleep(for: backoff.next())
            }
        }
    }
}
