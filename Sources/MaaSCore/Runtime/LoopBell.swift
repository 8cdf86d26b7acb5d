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
        // In a task without a preference for the loop, other jobs may run before the handler is installed. So whether
        // to wait is decided after that.
        await withTaskCancellationHandler {
            if self.isRung || Task.isCancelled {
                self.isRung = false
                return
            }
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
