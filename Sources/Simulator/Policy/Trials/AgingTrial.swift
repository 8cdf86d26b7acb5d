internal import MaaSCore
internal import Scheduling

/// The most urgent class alone constantly overloads the cluster, while a few users submit to the least urgent one.
struct AgingTrial: Sendable {
    struct Result: Sendable {
        /// Seconds.
        var longestWait: Double
        /// The longest wait allowed: see ``AgingTrial/bound``.
        var bound: Double
        /// The number of jobs of the least urgent class.
        var count: Int
    }

    var span = Duration.hours(12)

    private static let interval = Duration.minutes(30)
    private static let urgentUsers = 8
    private static let patientUsers = 4
    private static let gpus = 16
    /// The longest job, and the GPUs of a patient user's job, which takes half of the cluster.
    private static let longest = Duration.seconds(360)
    private static let patientGPUs = 8

    /// A user's next job rises to the top within as many intervals as there are classes above it. All risen jobs share
    /// the place of one user there: during the turn of each of them, every user of that class gets as many GPU-seconds.
    /// So it is preceded at most by the other risen jobs, each with the same amount for every user. Then its GPUs must
    /// become free.
    private static var bound: Duration {
        let turn = Double(Self.patientGPUs) * Self.longest.inSeconds * Double(Self.urgentUsers + 1) / Double(Self.gpus)
        return Self.interval * 2 + .seconds(turn * Double(Self.patientUsers)) + Self.longest
    }

    func run() -> Result {
        var chance = Chance(seed: 2)
        var jobs: [TrialJob] = []
        let capacity = Double(Self.gpus) * self.span.inSeconds
        for number in 0..<Self.urgentUsers {
            // Together one and a half times the capacity.
            var work = 0.0
            while work < 1.5 * capacity / Double(Self.urgentUsers) {
                let at = self.span * (work * Double(Self.urgentUsers) / (1.5 * capacity))
                let job = Self.job("urgent-\(number)", rank: 0, gpus: 1, at: at, &chance)
                work += job.work
                jobs.append(job)
            }
        }
        for number in 0..<Self.patientUsers {
            // As long as the bound holds none has two jobs waiting, and all rise together, which is the worst case.
            var time = Duration.minutes(number)
            while time < self.span {
                jobs.append(Self.job("patient-\(number)", rank: 2, gpus: Self.patientGPUs, at: time, &chance))
                time += Self.bound
            }
        }
        let nodes = (0..<2).map { NodeCapacity(name: "n\($0)", gpus: Self.gpus / 2) }
        let policy = SchedulingPolicy(aging: Aging(interval: Self.interval))
        let record = Trial(jobs).run(FairQueue(nodes: nodes, policy: policy))
        let waits = record.waits { $0.rank == 2 }
        return Result(
            longestWait: record.isComplete ? (waits.max() ?? .zero).inSeconds : .infinity,
            bound: Self.bound.inSeconds,
            count: waits.count
        )
    }

    private static func job(_ user: String, rank: Int, gpus: Int, at time: Duration, _ chance: inout Chance) -> TrialJob
    {
        TrialJob(
            user: user,
            rank: rank,
            gpus: gpus,
            arrival: time,
            duration: .seconds(chance.number(240...Int(Self.longest.inSeconds))),
            estimate: .seconds(300),
            template: "model"
        )
    }
}
