/// Thrown by ``withDeadline(_:_:)`` when the time is up.
package struct DeadlineExceeded: Error, Sendable, CustomStringConvertible {
    package let limit: Duration
    package var description: String { "not done within \(self.limit)" }
}

/// Runs `operation`, cancels it when `limit` has passed, and throws ``DeadlineExceeded`` once it has ended.
///
/// Nothing of it goes on afterwards. The price is that it must heed its cancellation: what ignores it is waited for.
@LoopActor
package func withDeadline<R: Sendable>(
    _ limit: Duration,
    _ operation: @escaping @Sendable @LoopActor () async throws -> R
) async throws -> R {
    try await withThrowingTaskGroup(of: R?.self) { group in
        group.addTask { try await operation() }
        group.addTask {
            try await LoopClock().sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let value = first else { throw DeadlineExceeded(limit: limit) }
        return value
    }
}
