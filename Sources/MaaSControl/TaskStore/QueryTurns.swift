internal import MaaSCore

/// Lets so many queries of one kind run at once; the others wait, first come first served. So they leave connections to
/// the queries of other kinds.
@LoopActor
final class QueryTurns {
    private var free: Int
    private var waiting = FIFO<CheckedContinuation<Void, Never>>()

    /// - Parameter count: queries at once.
    nonisolated init(_ count: Int) { self.free = count }

    func take<R>(
        _ query: @LoopActor () async throws(PostgresError) -> R
    ) async throws(PostgresError) -> R {
        if self.free > 0 { self.free -= 1 } else { await withCheckedContinuation { self.waiting.append($0) } }
        defer { if let next = self.waiting.popFirst() { next.resume() } else { self.free += 1 } }
        return try await query()
    }
}
