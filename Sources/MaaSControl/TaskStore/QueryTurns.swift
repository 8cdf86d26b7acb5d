internal import MaaSCore

/// Lets so many queries of one kind run at once; the others wait, first come first served. So they leave connections to
/// the queries of other kinds.
@LoopActor
final class QueryTurns {
    private var free: Int
    private let patience: Duration
    private var waiting = FIFO<CheckedContinuation<Void, Never>>()

    /// - Parameters:
    ///   - count: queries at once.
    ///   - patience: how long one may wait for its turn.
    nonisolated init(_ count: Int, patience: Duration) {
        self.free = count
        self.patience = patience
    }

    /// Throws `unavailable` when the turn comes too late, or nobody waits for the answer any more.
    func take<R>(
        _ query: @LoopActor () async throws(PostgresError) -> R
    ) async throws(PostgresError) -> R {
        let start = LoopClock().now
        if self.free > 0 { self.free -= 1 } else { await withCheckedContinuation { self.waiting.append($0) } }
        defer { if let next = self.waiting.popFirst() { next.resume() } else { self.free += 1 } }
        // Else a crowd whose clients have long left would hold up all who come after it.
        guard !Task.isCancelled, LoopClock().now - start <= self.patience else {
            throw PostgresError(.unavailable, "no turn within \(self.patience)")
        }
        return try await query()
    }
}
