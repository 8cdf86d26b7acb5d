internal import MaaSCore

/// Publishes the dispatcher's events, in order for each task.
///
/// Rows are authoritative: for an event lost in a crash the relay reads the row.
@LoopActor
final class EventPublisher {
    private let shards: EventShards
    private let outboxes: [String: EventOutbox]
    private let epoch: Int
    private var counter: Int64 = 0

    init(redis: RedisClient, configuration: MaaSConfiguration.Events, epoch: Int, logger: Logger) {
        let tokens = EventToken(secret: configuration.secrets)
        let shards = EventShards(configuration)
        self.shards = shards
        self.outboxes = Dictionary(
            shards.names.map { stream in
                let outbox = EventOutbox(
                    stream: stream,
                    redis: redis,
                    streamLength: configuration.streamLength,
                    tokens: tokens,
                    logger: logger
                )
                return (stream, outbox)
            },
            uniquingKeysWith: { first, _ in first }
        )
        self.epoch = epoch
    }

    func publish(_ body: TaskEvent.Body, task: TaskID, attempt: Int) {
        self.counter += 1
        let event = TaskEvent(
            task: task,
            attempt: attempt,
            producer: .control,
            // The epoch increases with each leader, so sequences increase across restarts without a clock.
            sequence: Int64(self.epoch) << 32 | self.counter,
            time: .now(),
            body: body
        )
        self.outboxes[self.shards.stream(of: task)]?.append(event)
    }

    /// Stops sending.
    func close() { for outbox in self.outboxes.values { outbox.close() } }
}
