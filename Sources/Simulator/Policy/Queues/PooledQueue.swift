internal import MaaSCore
internal import Scheduling

/// Several of our schedulers, each with nodes of its own: what one dispatcher a pool would make of the same jobs.
struct PooledQueue: AdmissionQueue {
    /// Which pool a job goes to, for good.
    enum Choice: Sendable {
        /// As if something else decided: its template, its user.
        case byChance
        /// Where the least is left to do, by what templates say of durations.
        case leastWork
    }

    private let choice: Choice
    private var pools: [FairQueue]
    private var poolOfJob: [Int: Int] = [:]
    /// GPU-seconds that each pool has taken and not ended, as estimated.
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
