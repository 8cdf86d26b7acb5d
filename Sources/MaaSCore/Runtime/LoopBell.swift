/// A one-waiter signal: a task waits until it is rung, a time has passed, or the task is cancelled. A ring without a
/// waiter is remembered.
///
/// It reuses one timer for all waits. A sleep creates a timer each time, which costs the loop a turn to close it.
@LoopActor
package final class LoopBell {
    private var timer: LoopTimer?
    private var waiter: CheckedContinuation<Void, Never>?
    private var isRung = false

    package init() {}

    /// Returns after `duration`, or at once when rung or when the waiting task is cancelled. At most one task may wait.
    package func wait(atMost duration: Duration) async {
        guard !self.isRung else {
            self.isRung = false
            return
        }
        await withTaskCancellationHandler {
            // The cancellation handler may have run already, before there was a waiter.
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

    /// Wakes the waiter, and closes the timer.
    package func close() {
        self.ring()
        self.timer?.close()
        self.timer = nil
    }
}
