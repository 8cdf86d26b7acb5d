internal import MaaSCore

/// The cost of dividing a cluster into pools with one dispatcher each: the plan of docs/scale.md beyond one dispatcher.
struct PoolTrial: Sendable {
    struct Result: Sendable {
        /// The mean wait of all jobs, in seconds.
        var meanWait: Double
        /// The 0.99 quantile of the waits, in seconds.
        var lateWait: Double
    }

    var span = Duration.hours(24)
    var nodes = 64
    var pools = 4
    /// The work that arrives, as a fraction of the capacity of all GPUs.
    var load = 0.9

    func run() -> (one: Result, byChance: Result, leastWork: Result) {
        let trace = MixedTrace(load: self.load, gpus: 8 * self.nodes, users: 40, span: self.span, seed: 6)
        let trial = Trial(trace.jobs)
        let size = self.nodes / self.pools
        let parts = (0..<self.pools).map { MixedTrace.nodes($0 * size..<($0 + 1) * size) }
        return (
            self.result(trial.run(FairQueue(nodes: MixedTrace.nodes(0..<self.nodes)))),
            self.result(trial.run(PooledQueue(parts, choice: .byChance))),
            self.result(trial.run(PooledQueue(parts, choice: .leastWork)))
        )
    }

    private func result(_ record: TrialRecord) -> Result {
        let waits = record.waits { _ in true }.map(\.inSeconds)
        return Result(meanWait: Statistics.mean(waits), lateWait: Statistics.quantile(0.99, of: waits))
    }
}
