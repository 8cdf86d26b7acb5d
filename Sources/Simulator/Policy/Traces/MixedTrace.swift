internal import Glibc
internal import MaaSCore
internal import Scheduling

/// Jobs of 1, 2, 4 and 8 GPUs that arrive at random, for nodes of eight GPUs, by default eight of them. Durations vary
/// by a third, and the templates' estimates are a fifth too low.
struct MixedTrace: Sendable {
    static let nodes = Self.nodes(0..<8)

    /// Nodes by number.
    static func nodes(_ numbers: Range<Int>) -> [NodeCapacity] {
        numbers.map { NodeCapacity(name: "n\($0)", gpus: 8) }
    }

    static let gpus = 64

    private struct Kind {
        var gpus: Int
        /// In seconds.
        var duration: Double
        /// Jobs out of a hundred.
        var share: Int
    }

    private static let kinds = [
        Kind(gpus: 1, duration: 300, share: 40), Kind(gpus: 2, duration: 400, share: 25),
        Kind(gpus: 4, duration: 500, share: 20), Kind(gpus: 8, duration: 600, share: 15),
    ]

    let jobs: [TrialJob]

    /// - Parameters:
    ///   - load: the work that arrives, as a fraction of the GPUs' capacity.
    ///   - users: the number of users.
    init(load: Double, gpus: Int = Self.gpus, users: Int, span: Duration, seed: UInt64) {
        var chance = Chance(seed: seed)
        let work = Self.kinds.reduce(0) { $0 + Double($1.gpus) * $1.duration * Double($1.share) / 100 }
        let interval = work / (Double(gpus) * load)
        let deck = Self.kinds.flatMap { Array(repeating: $0, count: $0.share) }
        var jobs: [TrialJob] = []
        var time = chance.interval(mean: interval)
        while time < span {
            let kind = chance.element(deck)
            jobs.append(
                TrialJob(
                    user: "user-\(chance.number(0...(users - 1)))",
                    gpus: kind.gpus,
                    arrival: time,
                    duration: .seconds(kind.duration * (0.67 + 0.66 * chance.fraction())),
                    estimate: .seconds(kind.duration * 0.8),
                    template: "model"
                )
            )
            time += chance.interval(mean: interval)
        }
        self.jobs = jobs
    }
}

extension Chance {
    /// The interval of a Poisson process.
    fileprivate mutating func interval(mean: Double) -> Duration { .seconds(-mean * log(1 - self.fraction())) }
}
