internal import MaaSCore
internal import Scheduling

/// Several of our schedulers, each with its own nodes: a model of one dispatcher per pool.
struct PooledQueue: AdmissionQueue {
    /// How a job's pool is chosen, permanently.
    enum Choice: Sendable {
        /// At random, as a criterion unrelated to load would: its template, its user.
        case byChance
        /// The pool with the least work left, by the templates' estimates.
        case leastWork
    }

    private let choice: Choice
    private var pools: [FairQueue]
    private var poolOfJob: [Int: Int] = [:]
    /// The estimated GPU-seconds of each pool's jobs that have not ended.
    private var work: [Double]
    private var chance = Chance(seed: 5)

    init(_ pools: [[NodeCapacity]], choice: Choice) {
        self.choice = choice
        self.pools = pools.map { FairQueue(nodes: $0) }
        self.work = pools.map { _ in 0 }
    }

    mutating func arrive(_ job: TrialJob) {
        let pool = self.pool()
        self.poolOfJob[job.id] = pool
        self.work[pool] += self.estimate(job)
        self.pools[pool].arrive(job)
    }

    mutating func end(_ job: TrialJob, now: Duration) {
        guard let pool = self.poolOfJob.removeValue(forKey: job.id) else { return }
        self.work[pool] -= self.estimate(job)
        self.pools[pool].end(job, now: now)
    }

    mutating func admit(now: Duration) -> [Int] { self.pools.indices.flatMap { self.pools[$0].admit(now: now) } }
    func nextChange(after now: Duration) -> Duration? { self.pools.compactMap { $0.nextChange(after: now) }.min() }

    private mutating func pool() -> Int {
        switch self.choice {
        case .byChance: self.chance.number(0...(self.pools.count - 1))
        case .leastWork: self.work.indices.min { self.work[$0] < self.work[$1] } ?? 0
        }
    }

    private func estimate(_ job: TrialJob) -> Double { Double(job.gpus) * job.estimate.inSeconds }
}
