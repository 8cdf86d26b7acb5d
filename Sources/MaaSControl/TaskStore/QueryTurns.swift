internal import MaaSCore

/// Limits how many queries of one kind run at once; the others wait, first come first served. This leaves connections
/// for other kinds of queries.
@LoopActor
final class QueryTurns {
    private var free: Int
    private let patience: Duration
    private var waiting = FIFO<CheckedContinuation<Void, Never>>()

    /// - Parameters:
    ///   - count: the most concurrent queries.
    ///   - patience: how long a query may wait for its turn.
    nonisolated init(_ count: Int, patience: Duration) {
        self.free = count
        self.patience = patience
    }

    /// Throws `unavailable` when the wait was too long or the task was cancelled.
    func take<R>(
        _ query: @LoopActor () async throws(PostgresError) -> R
    ) async throws(PostgresError) -> R {
        let start = LoopClock().now
        if self.free > 0 { self.free -= 1 } else { await withCheckedContinuation { self.waiting.append($0) } }
        defer { if let next = self.waiting.popFirst() { next.resume() } else { self.free += 1 } }
        // Otherwise queries of clients that have left would hold up those behind them.
        guard !Task.isCancelled, LoopClock().now - start <= self.patience else {
            throw PostgresError(.unavailable, "too many queries of this kind: none finished within \(self.patience)")
        }
        return try await query()
    }
}
