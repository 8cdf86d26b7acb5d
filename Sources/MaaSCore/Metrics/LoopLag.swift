/// Measures the loop's lag: how late a timer fires because the thread was busy.
@LoopActor
package final class LoopLag {
    private let lag: Histogram
    private var timer: LoopTimer?
    private var last = ContinuousClock.now

    private static let interval: Duration = .milliseconds(100)

    /// libuv's timers have millisecond resolution, so less than two cannot be distinguished from none.
    private static let buckets = HistogramBuckets([0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5])

    /// Measures until ``close()``.
    package init(in metrics: Metrics) {
        self.lag = metrics.histogram(
            "maas_loop_lag_seconds",
            help: "How late the event loop served a timer.",
            buckets: Self.buckets
        )
        let timer = LoopTimer { [unowned self] in self.measure() }
        timer.start(after: Self.interval, repeating: Self.interval)
        self.timer = timer
    }

    package func close() {
        self.timer?.close()
        self.timer = nil
    }

    private func measure() {
        let now = ContinuousClock.now
        self.lag.observe(max(.zero, now - self.last - Self.interval))
        self.last = now
    }
}
