internal import MaaSCore

/// Tells the event stream what the dispatcher did, in order, and keeps trying while Redis is away.
///
/// The rows are the truth: for an event that a crash swallows the relay reads the row.
@LoopActor
final class EventPublisher {
    private let redis: RedisClient
    private let tokens: EventToken
    private let shards: EventShards
    private let streamLength: Int
    private let logger: Logger
    private let epoch: Int
    private var counter: Int64 = 0
    private var outbox = FIFO<TaskEvent>()
    private var sender: Task<Void, Never>?

    /// Events kept while Redis is away; beyond it places in the queue are no longer kept, only what happens.
    private static let outboxLimit = 10_000
    /// Events sent in one pipeline.
    private static let batchLimit = 256

    init(redis: RedisClient, configuration: MaaSConfiguration.Events, epoch: Int, logger: Logger) {
        self.redis = redis
        self.tokens = EventToken(secret: configuration.secrets)
        self.shards = EventShards(configuration)
        self.streamLength = configuration.streamLength
        self.epoch = epoch
        self.logger = logger
    }

    func publish(_ body: TaskEvent.Body, task: TaskID, attempt: Int) {
        self.counter += 1
        let event = TaskEvent(
            task: task,
            attempt: attempt,
            producer: .control,
            // The epoch grows with each leader, so sequences grow across restarts without a clock.
            sequence: Int64(self.epoch) << 32 | self.counter,
            time: .now(),
            body: body
        )
        if self.outbox.count >= Self.outboxLimit, case .queued = body { return }
        self.outbox.append(event)
        if self.sender == nil {
            self.sender = Task { @LoopActor in await self.send() }
        }
    }

    /// Sends nothing further.
    func close() { self.sender?.cancel() }

    private func send() async {
        while !Task.isCancelled, !self.outbox.isEmpty {
            var batch: [TaskEvent] = []
            while batch.count < Self.batchLimit, let event = self.outbox.popFirst() { batch.append(event) }
            await self.deliver(batch)
        }
        self.sender = nil
    }

    private func deliver(_ batch: [TaskEvent]) async {
        var entries = Dictionary(grouping: batch) { self.shards.stream(of: $0.task) }.mapValues { events in
            events.map { $0.fields(token: self.tokens.make($0.producer, task: $0.task, attempt: $0.attempt)) }
        }
        var backoff = Backoff()
        while !Task.isCancelled, let (stream, waiting) = entries.first {
            do {
                try await self.redis.addToStream(stream, entries: waiting, maximumLength: self.streamLength)
                entries[stream] = nil
            } catch {
                self.logger.warning("cannot publish", [.count: "\(waiting.count)", .error: "\(error)"])
                try? await LoopClock().sleep(for: backoff.next())
            }
        }
    }
}
