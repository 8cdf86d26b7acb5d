internal import MaaSCore
internal import Scheduling

/// Runs jobs through a queue in virtual time: starting a job takes no time, and each holds its GPUs for its duration.
struct Trial: Sendable {
    let jobs: [TrialJob]

    /// - Parameter jobs: in any order; they are numbered by arrival.
    init(_ jobs: [TrialJob]) {
        var ordered = jobs.enumerated().sorted { ($0.element.arrival, $0.offset) < ($1.element.arrival, $1.offset) }
            .map(\.element)
        for id in ordered.indices { ordered[id].id = id }
        self.jobs = ordered
    }

    /// - Parameter onWaiting: called with each job that did not start on arrival, and the queue.
    func run<Queue: AdmissionQueue>(
        _ queue: Queue,
        until end: Duration = .seconds(1 << 40),
        onWaiting: (_ queue: Queue, _ job: TrialJob, _ now: Duration) -> Void = { _, _, _ in }
    ) -> TrialRecord {
        var queue = queue
        var record = TrialRecord(self.jobs)
        var ends = EndList()
        var arrived = 0
        var now = Duration.zero
        while true {
            let next = [
                arrived < self.jobs.count ? self.jobs[arrived].arrival : nil, ends.first, queue.nextChange(after: now),
            ].compactMap { $0 }.min()
            guard let next, next <= end, arrived < self.jobs.count || ends.first != nil else { return record }
            now = next
            while let job = ends.removeFirst(at: now) { queue.end(self.jobs[job], now: now) }
            let known = arrived
            while arrived < self.jobs.count, self.jobs[arrived].arrival <= now {
                queue.arrive(self.jobs[arrived])
                arrived += 1
            }
            for job in queue.admit(now: now) {
                record.started(job, at: now)
                ends.insert(job, at: now + self.jobs[job].duration)
            }
            for job in known..<arrived where record.starts[job] == nil { onWaiting(queue, self.jobs[job], now) }
        }
    }
}

/// The ends of the running jobs.
private struct EndList {
    /// The soonest last.
    private var ends: [(time: Duration, job: Int)] = []

    var first: Duration? { self.ends.last?.time }

    mutating func insert(_ job: Int, at time: Duration) {
        self.ends.insert((time, job), at: self.ends.partitioningIndex { $0.time <= time })
    }

    mutating func removeFirst(at now: Duration) -> Int? {
        guard let last = self.ends.last, last.time <= now else { return nil }
        return self.ends.removeLast().job
    }
}
