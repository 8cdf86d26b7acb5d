internal import MaaSCore

/// Wakes one who waits: by a ring, when the time is up, or when its task is cancelled. A ring before the wait is not lost.
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
        await withTaskCancellationHandler {
            if Task.isCancelled { return }
            await withCheckedContinuation { waiter in
                self.waiter = waiter
                timer.start(after: limit)
            }
        } onCancel: {
            Task(executorPreference: EventLoop.main) { @LoopActor in self.ring() }
        }
    }
}
