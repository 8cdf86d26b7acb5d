internal import MaaSControl
internal import MaaSCore

/// Tells the other services, by Redis, what happened here. Nothing depends on it: the rows are the truth.
@LoopActor
final class TaskNotifier {
    private let redis: RedisClient
    private let configuration: MaaSConfiguration.Events
    private let shards: EventShards
    private let token: EventToken
    private let logger: Logger

    private typealias Entry = [(name: String, value: String)]
    /// What this turn of the loop brought, by stream: it leaves together.
    private var entries: [String: [Entry]] = [:]

    init(redis: RedisClient, configuration: MaaSConfiguration.Events, logger: Logger) {
        self.redis = redis
        self.configuration = configuration
        self.shards = EventShards(configuration)
        self.token = EventToken(secret: configuration.secrets)
        self.logger = logger
    }

    /// Rings for the dispatcher, and does not wait for it.
    func ring(_ bell: TaskBell) { self.add(bell.fields, to: self.configuration.taskStream) }

    /// Tells those who watch that a queued task was cancelled: no dispatcher will.
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
        self.add(event.fields(token: token), to: self.shards.stream(of: task.id))
    }

    private func add(_ fields: Entry, to stream: String) {
        if self.entries.isEmpty {
            EventLoop.main.atEndOfTurn { LoopActor.immediate { await self.send() } }
        }
        self.entries[stream, default: []].append(fields)
    }

    private func send() async {
        let entries = self.entries
        self.entries = [:]
        for (stream, entries) in entries {
            do {
                try await self.redis.addToStream(
                    stream,
                    entries: entries,
                    maximumLength: self.configuration.streamLength
                )
            } catch {
                self.logger.warning("not told to the other services", [.stream: stream, .error: "\(error)"])
            }
        }
    }
}
