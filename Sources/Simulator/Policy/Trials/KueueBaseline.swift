internal import MaaSCore
internal import Scheduling

/// Kueue's own benchmark: `test/performance/scheduler/configs/baseline` of its repository, 15,000 workloads of 30
/// queues.
///
/// Each queue has a quota of 20 and submits small, medium and large workloads at fixed intervals, of increasing
/// priority. Here a queue is a user, a quota a node of 20 GPUs, and a priority a class. Kueue's CI takes 351 s for what
/// 600 GPUs could do in 66 s.
struct KueueBaseline: Sendable {
    struct Kind: Sendable {
        var name: String
        /// Per queue.
        var count: Int
        var interval: Duration
        var gpus: Int
        var duration: Duration
        var rank: Int
    }

    struct Result: Sendable {
        /// Seconds.
        var makespan: Double
        /// All work, divided by all GPUs.
        var ideal: Double
        /// The mean, in seconds.
        var waits: [String: Double]
    }

    static let kinds = [
        Kind(name: "small", count: 350, interval: .milliseconds(100), gpus: 1, duration: .milliseconds(200), rank: 2),
        Kind(name: "medium", count: 100, interval: .milliseconds(500), gpus: 5, duration: .milliseconds(500), rank: 1),
        Kind(name: "large", count: 50, interval: .milliseconds(1200), gpus: 20, duration: .seconds(1), rank: 0),
    ]

    /// 30 in Kueue's.
    var queues = 30

    func run() -> Result {
        var jobs: [TrialJob] = []
        for queue in 0..<self.queues {
            for kind in Self.kinds {
                for number in 0..<kind.count {
                    jobs.append(
                        TrialJob(
                            user: "queue-\(queue)",
                            rank: kind.rank,
                            gpus: kind.gpus,
                            arrival: kind.interval * number,
                            duration: kind.duration,
                            estimate: kind.duration,
                            template: kind.name
                        )
                    )
                }
            }
        }
        let nodes = (0..<self.queues).map { NodeCapacity(name: "n\($0)", gpus: 20) }
        let record = Trial(jobs).run(FairQueue(nodes: nodes))
        let waits = Self.kinds.map { kind in
            (kind.name, Statistics.mean(record.waits { $0.template == kind.name }.map(\.inSeconds)))
        }
        return Result(
            makespan: record.isComplete ? record.makespan.inSeconds : .infinity,
            ideal: jobs.reduce(0) { $0 + $1.work } / Double(20 * self.queues),
            waits: Dictionary(uniqueKeysWithValues: waits)
        )
    }
}
