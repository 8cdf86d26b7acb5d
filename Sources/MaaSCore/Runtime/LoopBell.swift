/// Where one task waits until it is rung for, or until some time has gone. A ring that comes too early is kept.
///
/// It has one timer for all its waits. A sleep makes one each time, which costs the loop a turn to close it.
@LoopActor
package final class LoopBell {
    private var timer: LoopTimer?
    private var waiter: CheckedContinuation<Void, Never>?
    private var isRung = false

    package init() {}

    /// Returns after `duration`, or at once when it is rung. At most one task may wait.
    package func wait(atMost duration: Duration) async {
        guard !self.isRung else {
            self.isRung = false
            return
        }
        await withCheckedContinuation { waiter in
            self.waiter = waiter
            let timer = self.timer ?? LoopTimer { [weak self] in self?.waiter.take()?.resume() }
            self.timer = timer
            timer.start(after: duration)
        }
    }

    package func ring() {
        guard let waiter = self.waiter.take() else {
            self.isRung = true
            return
        }
        self.timer?.stop()
        waiter.resume()
    }

    /// Wakes whoever waits, and lets go of the timer.
    package func close() {
        self.ring()
        self.timer?.close()
        self.timer = nil
    }
}
