internal import MaaSControl
internal import MaaSCore

/// Notifies the other services through Redis. Best effort: the rows are the source of truth.
@LoopActor
final class TaskNotifier {
    private let redis: RedisClient
    private let configuration: MaaSConfiguration.Events
    private let shards: EventShards
    private let token: EventToken
    private let logger: Logger

    private typealias Entry = [(name: String, value: String)]
    /// The bells of this turn of the loop, which are sent together.
    private var bells: [TaskBell] = []
    /// By stream.
    private var events: [String: [Entry]] = [:]
    /// Streams whose last write failed, so that only the beginning and the end of an outage are logged.
    private var cutOff: Set<String> = []

    init(redis: RedisClient, configuration: MaaSConfiguration.Events, logger: Logger) {
        self.redis = redis
        self.configuration = configuration
        self.shards = EventShards(configuration)
        self.token = EventToken(secret: configuration.secrets)
        self.logger = logger
    }

    /// Notifies the dispatcher, without waiting.
    func ring(_ bell: TaskBell) {
        self.schedule()
        self.bells.append(bell)
    }

    /// Publishes the cancellation of a queued task, which no dispatcher will do.
    func publishCancelled(_ task: CancelledTask) {
        let event = TaskEvent(
            task: task.id,
            attempt: task.attempt,
            producer: .control,
            sequence: .max,  // Nothing the control plane says can follow it.
            time: .now(),
            body: .state(.cancelled, failure: nil)
        )
        let token = self.token.make(.control, task: task.id, attempt: task.attempt)
        self.schedule()
        self.events[self.shards.stream(of: task.id), default: []].append(event.fields(token: token))
    }

    private func schedule() {
        guard self.bells.isEmpty, self.events.isEmpty else { return }
        EventLoop.main.atEndOfTurn { LoopActor.immediate { await self.send() } }
    }

    private func send() async {
        var entries = self.events
        entries[self.configuration.taskStream] = TaskBell.joined(self.bells).map(\.fields)
        self.bells = []
        self.events = [:]
        for (stream, entries) in entries where !entries.isEmpty {
            do {
                try await self.redis.addToStream(
                    stream,
                    entries: entries,
                    maximumLength: self.configuration.streamLength
                )
                if self.cutOff.remove(stream) != nil {
                    self.logger.info("the other services are notified again", [.stream: stream])
                }
            } catch {
                if self.cutOff.insert(stream).inserted {
                    self.logger.warning("cannot notify the other services", [.stream: stream, .error: "\(error)"])
                }
            }
        }
    }
}
