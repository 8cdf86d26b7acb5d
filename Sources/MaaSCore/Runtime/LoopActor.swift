/// The isolation of everything that lives on ``EventLoop/main``.
///
/// One global actor, not one actor per component: parts call each other without `await`, and a C callback
/// enters with ``assumeIsolated(_:)``.
@globalActor
package actor LoopActor {
    package static let shared = LoopActor()

    package nonisolated var unownedExecutor: UnownedSerialExecutor { EventLoop.main.asUnownedSerialExecutor() }

    /// Runs `operation` here and now, trapping unless the caller is on the loop's thread.
    package static func assumeIsolated<R>(_ operation: @LoopActor () throws -> R) rethrows -> R {
        EventLoop.main.checkIsolated()
        // The same cast the standard library makes in `MainActor.assumeIsolated`.
        return try withoutActuallyEscaping(operation) { try unsafeBitCast($0, to: (() throws -> R).self)() }
    }

    /// Starts a task that runs here and now up to its first suspension: no job, no hop.
    ///
    /// The executor preference matters: without it a task begun inside a C callback resumes on the
    /// Dispatch pool and hops back, 9 µs a time.
    @discardableResult
    package static func immediate(_ operation: @escaping @LoopActor () async -> Void) -> Task<Void, Never> {
        EventLoop.main.checkIsolated()
        return Task.immediate(executorPreference: EventLoop.main) { @LoopActor in await operation() }
    }

    /// Starts a task on the loop that begins when what the loop is doing now is done. From any thread.
    @discardableResult
    package static func later(_ operation: @escaping @LoopActor () async -> Void) -> Task<Void, Never> {
        Task(executorPreference: EventLoop.main, operation: operation)
    }
}
