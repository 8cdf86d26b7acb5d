internal import MaaSCore

/// Serializes submissions with the same idempotency key, so that a repetition finds the first one's result.
///
/// This is an optimization within one gateway; across gateways the database decides.
@LoopActor
final class IdempotencyLocks {
    struct Name: Hashable {
        let user: String
        let digest: [UInt8]
    }

    /// The waiters for each key in use, in order.
    private var waiting: [Name: FIFO<CheckedContinuation<Void, Never>>] = [:]

    /// Runs `body` exclusively for `name`.
    func withLock<R>(_ name: Name, _ body: () async throws -> R) async throws -> R {
        await self.enter(name)
        defer { self.leave(name) }
        return try await body()
    }

    private func enter(_ name: Name) async {
        guard self.waiting[name] != nil else {
            self.waiting[name] = FIFO()
            return
        }
        await withCheckedContinuation { self.waiting[name]?.append($0) }
    }

    private func leave(_ name: Name) {
        if let next = self.waiting[name]?.popFirst() { next.resume() } else { self.waiting[name] = nil }
    }
}
