internal import MaaSCore

/// The queue for a connection, first come first served, with a timeout for each.
@LoopActor
final class PostgresWaitingRoom {
    private typealias Continuation = CheckedContinuation<Result<PostgresConnection, PostgresError>, Never>

    private struct Waiter {
        let wantsExclusively: Bool
        let deadline: LoopClock.Instant
        let continuation: Continuation
    }

    private let limit: Duration
    private var waiters = FIFO<Waiter>()
    private var timer: LoopTimer?

    nonisolated init(limit: Duration) { self.limit = limit }

    var count: Int { self.waiters.count }

    /// Whether the first in the queue wants a connection exclusively; nil when the queue is empty.
    var firstWantsExclusively: Bool? { self.waiters.first?.wantsExclusively }

    func wait(exclusively: Bool) async throws(PostgresError) -> PostgresConnection {
        let result = await withCheckedContinuation { (continuation: Continuation) in
            let deadline = LoopClock().now + self.limit
            self.waiters.append(Waiter(wantsExclusively: exclusively, deadline: deadline, continuation: continuation))
            self.setTimer()
        }
        return try result.get()
    }

    /// Gives `connection` to the first in the queue.
    func admit(_ connection: PostgresConnection) {
        self.waiters.popFirst()?.continuation.resume(returning: .success(connection))
        self.setTimer()
    }

    func failAll(_ error: PostgresError) {
        while let waiter = self.waiters.popFirst() { waiter.continuation.resume(returning: .failure(error)) }
        self.setTimer()
    }

    /// All have the same timeout, so the first in the queue expires first.
    private func expire() {
        let now = LoopClock().now
        while let first = self.waiters.first, first.deadline <= now {
            self.waiters.popFirst()?.continuation.resume(
                returning: .failure(PostgresError(.unavailable, "no connection became free within \(self.limit)"))
            )
        }
        self.setTimer()
    }

    private func setTimer() {
        guard let first = self.waiters.first else {
            // An open timer would keep the loop from ending.
            self.timer?.close()
            self.timer = nil
            return
        }
        let timer = self.timer ?? LoopTimer { self.expire() }
        self.timer = timer
        if !timer.isActive { timer.start(after: first.deadline - LoopClock().now) }
    }
}
