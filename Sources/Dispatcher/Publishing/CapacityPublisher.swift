internal import Dispatching
internal import MaaSCore

/// Writes the GPU capacity to Redis for administrators, once it is known, on each change and sweep. The key expires, so
/// that a dead dispatcher's value disappears.
@LoopActor
final class CapacityPublisher {
    private let pump: DispatchPump
    private let redis: RedisClient
    private let lifetime: Duration
    private let logger: Logger
    private var last: Int?

    /// - Parameter interval: between two sweeps.
    init(pump: DispatchPump, redis: RedisClient, interval: Duration, logger: Logger) {
        self.pump = pump
        self.redis = redis
        self.lifetime = interval * 3
        self.logger = logger
    }

    /// Writes the capacity if it has changed.
    func touch() {
        guard let capacity = self.capacity, capacity != self.last else { return }
        self.last = capacity
        LoopActor.immediate { await self.write(capacity) }
    }

    /// Writes the capacity again, before its key expires.
    func refresh() async {
        if let capacity = self.capacity { await self.write(capacity) }
    }

    private var capacity: Int? { self.pump.read { core, _ in core.capacity } }

    private func write(_ capacity: Int) async {
        let milliseconds = String(max(1, self.lifetime.wholeMilliseconds))
        do {
            try await self.redis.send("SET", SharedKeys.capacity, String(capacity), "PX", milliseconds)
        } catch {
            self.logger.warning("cannot publish the capacity", [.error: "\(error)"])
        }
    }
}
