/// Thrown by ``withDeadline(_:_:)`` when the time limit is exceeded.
package struct DeadlineExceeded: Error, Sendable, CustomStringConvertible {
    package let limit: Duration
    package var description: String { "not done within \(self.limit)" }
}

/// Runs `operation`, cancels it after `limit`, and throws ``DeadlineExceeded`` once it has ended.
///
/// Nothing of it is left running. In return, it must respond to cancellation: this waits for an operation that ignores
/// it.
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
