/// Jobs that back off after a failure.
struct BackingOffJobs: Sendable {
    struct Job: Sendable {
        var job: Int
        var queuedAt: Duration
        var workload: Int
        var lane: Lane.Key
    }

    private struct Backoff: Sendable, Comparable {
        var until: Duration
        var job: Int

        static func < (left: Self, right: Self) -> Bool { (left.until, left.job) < (right.until, right.job) }
    }

    private var jobOfNumber: [Int: (job: Job, until: Duration)] = [:]
    private var backoffs = Heap<Backoff>()

    var count: Int { self.jobOfNumber.count }
    var numbers: Set<Int> { Set(self.jobOfNumber.keys) }
    /// In no particular order.
    var jobs: some Sequence<Job> { self.jobOfNumber.values.lazy.map(\.job) }
    func contains(_ job: Int) -> Bool { self.jobOfNumber[job] != nil }

    /// When the next backoff ends; its job may have been removed.
    var nextEnd: Duration? { self.backoffs.first?.until }

    mutating func insert(_ job: Job, until: Duration) {
        self.jobOfNumber[job.job] = (job, until)
        self.backoffs.insert(Backoff(until: until, job: job.job))
    }

    mutating func remove(_ job: Int) { self.jobOfNumber[job] = nil }

    /// Removes and returns a job whose backoff has ended.
    mutating func next(at now: Duration) -> Job? {
        while let backoff = self.backoffs.first, backoff.until <= now {
            self.backoffs.removeFirst()
            // The job may have been removed, or its number reused.
            guard let job = self.jobOfNumber[backoff.job], job.until == backoff.until else { continue }
            self.jobOfNumber[backoff.job] = nil
            return job.job
        }
        return nil
    }
}
