internal import MaaSCore

/// The error of the first expected start that a user is told, on a nearly full cluster.
struct EstimateTrial: Sendable {
    struct Result: Sendable {
        /// The errors, in seconds.
        var ours: Errors
        /// The errors of a naive estimate: all work ahead, divided by all GPUs.
        var guess: Errors
        /// The mean wait itself.
        var meanWait: Double
        var count: Int
    }

    struct Errors: Sendable {
        var median: Double
        var late: Double

        fileprivate init(_ errors: [Double]) {
            self.median = Statistics.quantile(0.5, of: errors)
            self.late = Statistics.quantile(0.9, of: errors)
        }
    }

    var span = Duration.hours(24)

    func run() -> Result {
        let trial = Trial(MixedTrace(load: 0.95, users: 12, span: self.span, seed: 4).jobs)
        var expected: [Int: Duration] = [:]
        let record = trial.run(FairQueue(nodes: MixedTrace.nodes)) { queue, job, now in
            expected[job.id] = queue.expectedWait(of: job, now: now)
        }
        var ours: [Double] = []
        var guess: [Double] = []
        var waits: [Double] = []
        for (job, start) in zip(record.jobs, record.starts) {
            guard let wait = expected[job.id], let start else { continue }
            waits.append((start - job.arrival).inSeconds)
            ours.append(abs((start - job.arrival - wait).inSeconds))
            let ahead = record.workAhead(of: job) / Double(MixedTrace.gpus)
            guess.append(abs((start - job.arrival).inSeconds - ahead))
        }
        return Result(
            ours: Errors(ours),
            guess: Errors(guess),
            meanWait: Statistics.mean(waits),
            count: ours.count
        )
    }
}
