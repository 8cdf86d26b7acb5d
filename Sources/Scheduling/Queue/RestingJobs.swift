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

    private var jobs: [Int: (job: Job, until: Duration)] = [:]
    private var rests = Heap<Rest>()

    var count: Int { self.jobs.count }
    var numbers: Set<Int> { Set(self.jobs.keys) }
    func contains(_ job: Int) -> Bool { self.jobs[job] != nil }

    /// When the next rest is over; it may be one whose job was removed.
    var nextEnd: Duration? { self.rests.first?.until }

    mutating func insert(_ job: Job, until: Duration) {
        self.jobs[job.job] = (job, until)
        self.rests.insert(Rest(until: until, job: job.job))
    }

    mutating func remove(_ job: Int) { self.jobs[job] = nil }

    /// Takes a job whose rest is over.
    mutating func next(at now: Duration) -> Job? {
        while let rest = self.rests.first, rest.until <= now {
            self.rests.removeFirst()
            // It may have been removed since, or be another with its number.
            guard let job = self.jobs[rest.job], job.until == rest.until else { continue }
            self.jobs[rest.job] = nil
            return job.job
        }
        return nil
    }
}
