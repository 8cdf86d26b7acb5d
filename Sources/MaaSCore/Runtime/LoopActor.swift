/// The isolation of everything that runs on ``EventLoop/main``.
///
/// One global actor instead of one actor per component: components call each other without `await`, and C callbacks
/// enter with ``assumeIsolated(_:)``.
@globalActor
package actor LoopActor {
    package static let shared = LoopActor()

    package nonisolated var unownedExecutor: UnownedSerialExecutor { EventLoop.main.asUnownedSerialExecutor() }

    /// Runs `operation` synchronously; traps unless the caller is on the loop's thread.
    package static func assumeIsolated<R>(_ operation: @LoopActor () throws -> R) rethrows -> R {
        EventLoop.main.checkIsolated()
        // The same cast as in the standard library's `MainActor.assumeIsolated`.
        return try withoutActuallyEscaping(operation) { try unsafeBitCast($0, to: (() throws -> R).self)() }
    }

    /// Starts a task that runs synchronously up to its first suspension, without a hop.
    ///
    /// The executor preference is necessary: without it a task started inside a C callback resumes on the Dispatch pool
    /// and hops back, which costs 9 µs each time.
    @discardableResult
    package static func immediate(_ operation: @escaping @LoopActor () async -> Void) -> Task<Void, Never> {
        EventLoop.main.checkIsolated()
        return Task.immediate(executorPreference: EventLoop.main) { @LoopActor in await operation() }
    }

    /// Starts a task on the loop that begins after the current job. May be called from any thread.
    ///
    /// A plain `Task` has no executor preference: it may resume on the Dispatch pool, where the child tasks of its
    /// groups begin.
    @discardableResult
    package static func later(_ operation: @escaping @LoopActor () async -> Void) -> Task<Void, Never> {
        Task(executorPreference: EventLoop.main, operation: operation)
    }
}
