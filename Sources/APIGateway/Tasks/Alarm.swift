internal import MaaSCore

/// Wakes one who waits: by a ring, or when the time is up. A ring before the wait is not lost.
@LoopActor
final class Alarm {
    private var isRung = false
    private var waiter: CheckedContinuation<Void, Never>?

    func ring() {
        self.isRung = true
        self.waiter.take()?.resume()
    }

    func wait(atMost limit: Duration) async {
        defer { self.isRung = false }
        if self.isRung { return }
        let timer = LoopTimer { [weak self] in self?.waiter.take()?.resume() }
        defer { timer.close() }
        await withCheckedContinuation { waiter in
            self.waiter = waiter
            timer.start(after: limit)
        }
    }
}
