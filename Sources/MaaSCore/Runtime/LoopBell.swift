/// Where one task waits until it is rung for, until some time has gone, or until it is cancelled. A ring that comes too
/// early is kept.
///
/// It has one timer for all its waits. A sleep makes one each time, which costs the loop a turn to close it.
@LoopActor
package final class LoopBell {
    private var timer: LoopTimer?
    private var waiter: CheckedContinuation<Void, Never>?
    private var isRung = false

    package init() {}

    /// Returns after `duration`, or at once when it is rung or the waiting task is cancelled. At most one task may wait.
    package func wait(atMost duration: Duration) async {
        guard !self.isRung else {
            self.isRung = false
            return
        }
        await withTaskCancellationHandler {
            // Then the handler may have come already, and found nobody to wake.
            if Task.isCancelled { return }
            await withCheckedContinuation { waiter in
                self.waiter = waiter
                let timer = self.timer ?? LoopTimer { [weak self] in self?.wake() }
                self.timer = timer
                timer.start(after: duration)
            }
        } onCancel: {
            LoopActor.later { self.wake() }
        }
    }

    package func ring() {
        if self.waiter == nil { self.isRung = true } else { self.wake() }
    }

    private func wake() {
        self.timer?.stop()
        self.waiter.take()?.resume()
    }

    /// Wakes whoever waits, and lets go of the timer.
    package func close() {
        self.ring()
        self.timer?.close()
        self.timer = nil
    }
}
