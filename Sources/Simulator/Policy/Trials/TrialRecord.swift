internal import MaaSCore

/// When each job of a trial started, with statistics.
struct TrialRecord: Sendable {
    let jobs: [TrialJob]
    /// By job id; nil for a job that did not start.
    private(set) var starts: [Duration?]

    init(_ jobs: [TrialJob]) {
        self.jobs = jobs
        self.starts = Array(repeating: nil, count: jobs.count)
    }

    mutating func started(_ job: Int, at time: Duration) { self.starts[job] = time }

    /// Whether all have started.
    var isComplete: Bool { !self.starts.contains(nil) }

    /// From the beginning to the last end.
    var makespan: Duration {
        zip(self.jobs, self.starts).map { ($1 ?? .zero) + $0.duration }.max() ?? .zero
    }

    /// The waits of the selected jobs that have started.
    func waits(where isWanted: (TrialJob) -> Bool) -> [Duration] {
        zip(self.jobs, self.starts).compactMap { job, start in isWanted(job) ? start.map { $0 - job.arrival } : nil }
    }

    /// GPU-seconds of each user in a span of time.
    func use(from begin: Duration, to end: Duration) -> [String: Double] {
        var use: [String: Double] = [:]
        for (job, start) in zip(self.jobs, self.starts) {
            guard let start else { continue }
            let held = min(start + job.duration, end) - max(start, begin)
            if held > .zero { use[job.user, default: 0] += Double(job.gpus) * held.inSeconds }
        }
        return use
    }

    /// The fraction of `gpus` in use in a span of time.
    func utilisation(of gpus: Int, from begin: Duration, to end: Duration) -> Double {
        self.use(from: begin, to: end).values.reduce(0, +) / (Double(gpus) * (end - begin).inSeconds)
    }

    /// The GPU-seconds left, at a job's arrival, of all jobs before it.
    func workAhead(of job: TrialJob) -> Double {
        self.jobs[..<job.id].reduce(0) { sum, other in
            let left = (self.starts[other.id] ?? job.arrival) + other.duration - job.arrival
            return sum + Double(other.gpus) * max(.zero, min(left, other.duration)).inSeconds
        }
    }
}
