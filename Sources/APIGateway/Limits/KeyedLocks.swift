internal import MaaSCore

/// Locks by name, such as a user's: what runs under one name runs one after the other, in the order of arrival.
@LoopActor
final class KeyedLocks<Name: Hashable & Sendable> {
    /// The waiters for each name in use, in order.
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
