internal import MaaSCore

/// Sends events to Redis in order, retrying as necessary. ``post(_:_:)`` never waits.
///
/// It never trims the stream: how long that may be (`events.stream_length`) is known to the services, which add events
/// of each attempt to it, too.
@LoopActor
final class EventSender {
    private let stream: String
    private let token: String
    private let redis: RedisClient
    private let logger: Logger
    private var queue = EventQueue()
    private var pump: Task<Void, Never>?

    init(_ destination: EventDestination, logger: Logger) {
        self.stream = destination.stream
        self.token = destination.token
        // Keeps connection attempts out of the generator's log.
        self.redis = RedisClient(destination.redis, logger: Logger(service: logger.service, level: .error))
        self.logger = logger
        self.redis.start()
    }

    func post(_ event: TaskEvent, _ importance: EventQueue.Importance) {
        self.queue.append(event, importance)
        if self.pump == nil { self.pump = LoopActor.later { await self.send() } }
    }

    /// Waits until everything was delivered, at most for `grace`; then disconnects.
    func finish(within grace: Duration) async {
        if let pump = self.pump {
            let limit = LoopTimer { pump.cancel() }
            limit.start(after: grace)
            await pump.value
            limit.close()
        }
        if !self.queue.isEmpty { self.logger.warning("events were not delivered", [.count: "\(self.queue.count)"]) }
        await self.redis.close()
    }

    private func send() async {
        var backoff = Backoff(initial: .milliseconds(200), maximum: .seconds(3))
        var isFailing = false
        while !self.queue.isEmpty, !Task.isCancelled {
            let entries = self.queue.take().map { $0.fields(token: self.token) }
            do {
                try await self.redis.addToStream(self.stream, entries: entries)
                self.queue.confirm()
                isFailing = false
                backoff.reset()
            } catch {
                self.queue.release()
                if !isFailing { self.logger.warning("cannot send events to Redis; retrying", [.error: "\(error)"]) }
                isFailing = true
                try? await LoopClock().sleep(for: backoff.next())
            }
        }
        self.pump = nil
    }
}
