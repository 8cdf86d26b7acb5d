internal import MaaSCore

/// Lets submissions under one key go one after the other, so that a repetition finds what came of the first.
///
/// This saves work and answers: several gateways do not know of each other here, and the database still decides.
@LoopActor
final class KeyTurns {
    struct Name: Hashable {
        let user: String
        let digest: [UInt8]
    }

    /// Those who wait for each key that is taken, in their order.
    private var waiting: [Name: FIFO<CheckedContinuation<Void, Never>>] = [:]

    /// Runs `body` when nobody else under `name` does.
    func take<R>(_ name: Name, _ body: () async throws -> R) async throws -> R {
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
