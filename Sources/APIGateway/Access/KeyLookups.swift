internal import MaaSControl
internal import MaaSCore

/// Looks up keys in the database: one query for all look-ups of a turn of the loop, and at most two queries at once.
/// Guessed keys must be looked up too, and should not use up the connections.
@LoopActor
final class KeyLookups {
    private typealias Answer = CheckedContinuation<Result<KeyRow?, any Error>, Never>

    private let store: TaskStore
    private var waiting = FIFO<(hash: [UInt8], answer: Answer)>()
    private var underway = 0

    private static let limit = 2
    /// The most keys per query.
    private static let batch = 500

    init(store: TaskStore) { self.store = store }

    /// The key with this hash; nil when there is none, it was revoked, or it has expired.
    func key(hash: [UInt8]) async throws -> KeyRow? {
        try await withCheckedContinuation { (answer: Answer) in
            self.waiting.append((hash, answer))
            guard self.underway < Self.limit else { return }
            self.underway += 1
            // Deferred, so that other look-ups of this turn are batched.
            _ = LoopActor.later { await self.ask() }
        }.get()
    }

    private func ask() async {
        while !self.waiting.isEmpty {
            var asked: [(hash: [UInt8], answer: Answer)] = []
            while asked.count < Self.batch, let next = self.waiting.popFirst() { asked.append(next) }
            do {
                let keys = try await self.store.keys(hashes: asked.map(\.hash))
                for (hash, answer) in asked { answer.resume(returning: .success(keys[hash])) }
            } catch {
                for (_, answer) in asked { answer.resume(returning: .failure(error)) }
            }
        }
        self.underway -= 1
    }
}
