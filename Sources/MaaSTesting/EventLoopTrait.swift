internal import MaaSCore
package import Testing
internal import Glibc

/// Makes sure the process's event loop runs, on a thread of its own, before a test does.
package struct EventLoopTrait: SuiteTrait, TestTrait, TestScoping {
    package var isRecursive: Bool { true }

    @concurrent
    package func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        _ = Self.thread
        try await function()
    }

    /// Started once; it lives until the test process ends.
    private static let thread: pthread_t = {
        var thread = pthread_t()
        let status = pthread_create(
            &thread,
            nil,
            { _ in
                _ = EventLoop.main.run { await withUnsafeContinuation { (_: UnsafeContinuation<Int32, Never>) in } }
                return nil
            },
            nil
        )
        precondition(status == 0, "pthread_create failed")
        return thread
    }()
}

extension Trait where Self == EventLoopTrait {
    /// For suites whose tests are `@LoopActor`.
    package static var eventLoop: Self { EventLoopTrait() }
}
