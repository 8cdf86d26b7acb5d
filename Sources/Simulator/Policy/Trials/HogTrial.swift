internal import MaaSCore
internal import Scheduling

/// One user queues thousands of jobs before the others come with theirs, of other sizes; and one submits a single small
/// job now and then.
struct HogTrial: Sendable {
    struct Result: Sendable {
        /// Of the GPU-seconds of all users who always had jobs waiting, each divided by the user's weight.
        var fairness: Double
        /// The longest wait of the occasional user, in seconds.
        var occasionalWait: Double
        /// The same in a first-fit queue.
        var occasionalWaitFirstFit: Double
    }

    /// Of the users after the hog.
    var weights: [Double] = Array(repeating: 1, count: 9)
    var span = Duration.hours(6)

    private static let gpusPerNode = 8
    private static let nodes = (0..<8).map { NodeCapacity(name: "n\($0)", gpus: gpusPerNode) }

    func run() -> Result {
        var chance = Chance(seed: 1)
        var jobs: [TrialJob] = []
        // Twice the capacity of the whole cluster.
        let each = 2 * Double(Self.nodes.count * Self.gpusPerNode) * self.span.inSeconds / Double(self.weights.count)
        jobs += Self.jobs(of: "hog", work: 4 * each, gpus: 1, at: .zero, &chance)
        for (number, _) in self.weights.enumerated() {
            let gpus = [1, 2, 4, 8][number % 4]
            jobs += Self.jobs(of: "user-\(number)", work: each, gpus: gpus, at: .seconds(60 * number), &chance)
        }
        let begin = Duration.minutes(60)
        for number in 0..<Int((self.span - begin) / .minutes(20)) {
            jobs.append(Self.job(of: "occasional", gpus: 1, at: begin + .minutes(20) * number, &chance))
        }
        let trial = Trial(jobs)
        let users = self.weights.enumerated().map { ("user-\($0.offset)", UserPolicy(weight: $0.element)) }
        let queue = FairQueue(nodes: Self.nodes, users: Dictionary(uniqueKeysWithValues: users))
        let record = trial.run(queue, until: self.span)
        let use = record.use(from: begin, to: self.span)
        let shares =
            [use["hog"] ?? 0]
            + self.weights.enumerated().map { number, weight in (use["user-\(number)"] ?? 0) / weight }
        let plain = trial.run(PlainQueue(nodes: Self.nodes, order: .firstFit), until: self.span)
        return Result(
            fairness: Statistics.fairness(shares),
            occasionalWait: Self.longestWait(record, until: self.span),
            occasionalWaitFirstFit: Self.longestWait(plain, until: self.span)
        )
    }

    /// A job that has not started has waited until the end.
    private static func longestWait(_ record: TrialRecord, until end: Duration) -> Double {
        zip(record.jobs, record.starts).filter { $0.0.user == "occasional" }
            .map { job, start in ((start ?? end) - job.arrival).inSeconds }.max() ?? 0
    }

    private static func jobs(
        of user: String,
        work: Double,
        gpus: Int,
        at time: Duration,
        _ chance: inout Chance
    ) -> [TrialJob] {
        var jobs: [TrialJob] = []
        var sum = 0.0
        while sum < work {
            let job = Self.job(of: user, gpus: gpus, at: time, &chance)
            sum += job.work
            jobs.append(job)
        }
        return jobs
    }

    /// About five minutes long.
    private static func job(of user: String, gpus: Int, at time: Duration, _ chance: inout Chance) -> TrialJob {
        TrialJob(
            user: user,
            gpus: gpus,
            arrival: time,
            duration: .seconds(chance.number(240...360)),
            estimate: .seconds(300),
            template: "model"
        )
    }
}
