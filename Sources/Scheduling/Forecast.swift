/// Expects when queued jobs start: GPUs come free as running jobs end, and go to the queue in its order.
struct Forecast: Sendable {
    private struct End: Sendable {
        var time: Duration
        var gpus: Int
    }

    /// Ends of jobs that hold GPUs, soonest first.
    private var ends: [End]
    private var free: Int
    private var time: Duration

    /// - Parameter free: GPUs that nobody holds.
    /// - Parameter running: GPUs and expected end of each job; an end in the past is taken as now.
    init(free: Int, running: [(gpus: Int, end: Duration)], now: Duration) {
        self.ends = running.map { End(time: max(now, $0.end), gpus: $0.gpus) }.sorted { $0.time < $1.time }
        self.free = free
        self.time = now
    }

    /// The time at which `job` starts after all that were asked about before it.
    mutating func start<ID>(of job: QueuedJob<ID>) -> Duration {
        while self.free < job.demand.gpus, !self.ends.isEmpty {
            let next = self.ends.removeFirst()
            self.time = max(self.time, next.time)
            self.free += next.gpus
        }
        let start = max(self.time, job.notBefore ?? self.time)
        self.free -= job.demand.gpus
        let end = End(time: start + job.expectedDuration, gpus: job.demand.gpus)
        let index = self.ends.firstIndex { $0.time > end.time } ?? self.ends.count
        self.ends.insert(end, at: index)
        return start
    }
}
