internal import Dispatching
internal import MaaSCore

/// Writes to Redis how many GPUs there are for tasks, for those who administer: when it changes, and with each sweep. What
/// is not written anew runs out, so that nobody reads of a dispatcher that is gone.
@LoopActor
final class CapacityPublisher {
    /// Where the capacity is known; comes into being with the session's other parts.
    weak var pump: DispatchPump?

    private let redis: RedisClient
    private let lifetime: Duration
    private let logger: Logger
    private var last: Int?

    /// - Parameter interval: between two sweeps.
    init(redis: RedisClient, interval: Duration, logger: Logger) {
        self.redis = redis
        self.lifetime = interval * 3
        self.logger = logger
    }

    /// The capacity may have changed.
    func touch() {
        guard let capacity = self.capacity, capacity != self.last else { return }
        self.last = capacity
        LoopActor.immediate { await self.write(capacity) }
    }

    /// Makes what was written last.
    func refresh() async {
        if let capacity = self.capacity { await self.write(capacity) }
    }

    private var capacity: Int? { self.pump?.read { core, _ in core.capacity } }

    private func write(_ capacity: Int) async {
        let milliseconds = String(max(1, self.lifetime.wholeMilliseconds))
        do {
            try await self.redis.send("SET", SharedKeys.capacity, String(capacity), "PX", milliseconds)
        } catch {
            self.logger.warning("cannot write the capacity", [.error: "\(error)"])
        }
    }
}
