internal import MaaSControl
internal import MaaSCore

/// Asks the database for keys: for all that come in one turn of the loop by one query, and by two at once at most. Each key
/// that is guessed has to be looked for, and that must take no connection from those who have one.
@LoopActor
final class KeyLookups {
    private typealias Answer = CheckedContinuation<Result<KeyRow?, any Error>, Never>

    private let store: TaskStore
    private var waiting = FIFO<(hash: [UInt8], answer: Answer)>()
    private var underway = 0

    private static let limit = 2
    /// Keys of one query.
    private static let batch = 500

    init(store: TaskStore) { self.store = store }

    /// The key of this hash; nil when there is none, it was revoked, or its time is over.
    func key(hash: [UInt8]) async throws -> KeyRow? {
        try await withCheckedContinuation { (answer: Answer) in
            self.waiting.append((hash, answer))
            guard self.underway < Self.limit else { return }
            self.underway += 1
            // Not here and now: others of this turn come along.
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
