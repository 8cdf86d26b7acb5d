/// Jobs that rest after a failure, until their time.
struct RestingJobs: Sendable {
    struct Job: Sendable {
        var job: Int
        var queuedAt: Duration
        var workload: Int
        var lane: Lane.Key
    }

    private struct Rest: Sendable, Comparable {
        var until: Duration
        var job: Int

        static func < (left: Self, right: Self) -> Bool { (left.until, left.job) < (right.until, right.job) }
    }

    private var jobOfNumber: [Int: (job: Job, until: Duration)] = [:]
    private var rests = Heap<Rest>()

    var count: Int { self.jobOfNumber.count }
    var numbers: Set<Int> { Set(self.jobOfNumber.keys) }
    /// In no order.
    var jobs: some Sequence<Job> { self.jobOfNumber.values.lazy.map(\.job) }
    func contains(_ job: Int) -> Bool { self.jobOfNumber[job] != nil }

    /// When the next rest is over; it may be one whose job was removed.
    var nextEnd: Duration? { self.rests.first?.until }

    mutating func insert(_ job: Job, until: Duration) {
        self.jobOfNumber[job.job] = (job, until)
        self.rests.insert(Rest(until: until, job: job.job))
    }

    mutating func remove(_ job: Int) { self.jobOfNumber[job] = nil }

    /// Takes a job whose rest is over.
    mutating func next(at now: Duration) -> Job? {
        while let rest = self.rests.first, rest.until <= now {
            self.rests.removeFirst()
            // It may have been removed since, or be another with its number.
            guard let job = self.jobOfNumber[rest.job], job.until == rest.until else { continue }
            self.jobOfNumber[rest.job] = nil
            return job.job
        }
        return nil
    }
}
