internal import MaaSCore

/// Flushes followers, and later those whose last messages were sent too recently.
@LoopActor
final class DelayedFlushes {
    private var delayed: [Follower] = []
    private var timer: LoopTimer?

    func start() { self.timer = LoopTimer { [weak self] in self?.fire() } }
    func stop() { self.timer?.close() }

    func flush(_ touched: [Follower], _ now: ContinuousClock.Instant) {
        for follower in touched where follower.flushTouched(now) {
            if self.delayed.isEmpty { self.timer?.start(after: Follower.flushInterval) }
            self.delayed.append(follower)
        }
    }

    private func fire() {
        let delayed = self.delayed
        self.delayed = []
        let now = ContinuousClock.now
        for follower in delayed { follower.flushDelayed(now) }
    }
}
