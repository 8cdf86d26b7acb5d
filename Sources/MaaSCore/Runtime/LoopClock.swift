/// A monotonic clock whose sleeps are timers on the loop: no Dispatch thread, no cross-thread wake-up.
package struct LoopClock: Clock {
    package typealias Instant = ContinuousClock.Instant

    package init() {}

    package var now: Instant { ContinuousClock.now }
    package var minimumResolution: Duration { .milliseconds(1) }

    /// Sleeps until `deadline`; throws `CancellationError` as soon as the task is cancelled.
    package func sleep(until deadline: Instant, tolerance: Duration? = nil) async throws {
        try await Self.sleepOnLoop(for: deadline - self.now)
    }

    @LoopActor
    private static func sleepOnLoop(for duration: Duration) async throws {
        let sleeper = Sleeper()
        await withTaskCancellationHandler {
            await sleeper.sleep(for: duration)
        } onCancel: {
            LoopActor.later { sleeper.wake() }
        }
        try Task.checkCancellation()
    }
}

/// One sleep: woken by its timer or by cancellation, whichever comes first.
@LoopActor
private final class Sleeper {
    private var timer: LoopTimer?
    private var continuation: CheckedContinuation<Void, Never>?
    private var isAwake = false

    func sleep(for duration: Duration) async {
        if self.isAwake || Task.isCancelled { return }
        await withCheckedContinuation { continuation in
            self.continuation = continuation
            let timer = LoopTimer { self.wake() }
            self.timer = timer
            timer.start(after: duration)
        }
    }

    func wake() {
        self.isAwake = true
        self.timer?.close()
        self.timer = nil
        self.continuation.take()?.resume()
    }
}
