internal import MaaSCore

/// The measurements of the scheduler that `make bench` prints.
enum Measurement: String, CaseIterable, Sendable {
    case policy, speed, pools

    /// One tab-separated line per number: its name, ours, the other's or nothing, its format, and a remark.
    func run() -> [String] {
        switch self {
        case .policy: Self.kueue() + Self.hog() + Self.aging() + Self.utilisation() + Self.estimates()
        case .speed: Self.speed()
        case .pools: Self.pools()
        }
    }

    private static func row(_ name: String, _ ours: Double, _ other: Double?, _ format: String, _ remark: String)
        -> String
    {
        "\(name)\t\(ours)\t\(other.map { "\($0)" } ?? "")\t\(format)\t\(remark)"
    }

    private static func kueue() -> [String] {
        let result = KueueBaseline().run()
        let published = ["large": 16.5, "medium": 76.8, "small": 215.5]
        return [
            Self.row("Kueue's baseline, makespan (s)", result.makespan, result.ideal, "%10.1f", "all work / all GPUs"),
            Self.row("Kueue's baseline, makespan (s)", result.makespan, 351, "%10.1f", "Kueue, as its CI publishes"),
        ]
            + KueueBaseline.kinds.reversed().map { kind in
                Self.row(
                    "  mean wait of \(kind.name) ones (s)",
                    result.waits[kind.name] ?? 0,
                    published[kind.name],
                    "%10.1f",
                    "Kueue, as its CI publishes"
                )
            }
    }

    private static func hog() -> [String] {
        let even = HogTrial().run()
        let weighted = HogTrial(weights: [1, 2, 4, 1, 2, 4, 1, 2, 4]).run()
        return [
            Self.row("Jain's index of shares under a hog", even.fairness, nil, "%10.4f", "1: all have the same"),
            Self.row("  the same, by weights of 1, 2 and 4", weighted.fairness, nil, "%10.4f", "1: as the weights say"),
            Self.row(
                "  longest wait of who comes rarely (s)",
                even.occasionalWait,
                even.occasionalWaitFirstFit,
                "%10.0f",
                "first fit"
            ),
        ]
    }

    private static func aging() -> [String] {
        let result = AgingTrial().run()
        return [
            Self.row(
                "longest wait under a flood above (s)",
                result.longestWait,
                result.bound,
                "%10.0f",
                "the bound of docs/scheduling.md, \(result.count) tasks"
            )
        ]
    }

    private static func utilisation() -> [String] {
        let (fair, firstIn, firstFit) = UtilisationTrial().run()
        let peers = [("first in, first out", firstIn), ("first fit", firstFit)]
        return peers.map {
            Self.row("GPUs in use, tasks of 1/2/4/8 (%)", 100 * fair.utilisation, 100 * $1.utilisation, "%10.1f", $0)
        }
            + peers.map {
                Self.row("  longest wait of a task of 8 (s)", fair.longestWait, $1.longestWait, "%10.0f", $0)
            }
    }

    private static func estimates() -> [String] {
        let result = EstimateTrial().run()
        let remark = "work ahead / GPUs; \(result.count) tasks waited \(Int(result.meanWait)) s in the mean"
        return [
            Self.row("error of the first ETA, p50 (s)", result.ours.median, result.guess.median, "%10.0f", remark),
            Self.row("error of the first ETA, p90 (s)", result.ours.late, result.guess.late, "%10.0f", remark),
        ]
    }

    private static func pools() -> [String] {
        let trial = PoolTrial()
        let (one, byChance, leastWork) = trial.run()
        let title = "\(trial.pools) pools of \(8 * trial.nodes / trial.pools) GPUs"
        let remark = "one pool of all, at \(Int(100 * trial.load)) % load"
        return [
            Self.row("\(title), mean wait (s)", leastWork.meanWait, one.meanWait, "%10.1f", remark),
            Self.row("  99 of a hundred wait at most (s)", leastWork.lateWait, one.lateWait, "%10.1f", remark),
            Self.row("  mean wait, pool by template (s)", byChance.meanWait, one.meanWait, "%10.1f", remark),
            Self.row("  99 of a hundred, by template (s)", byChance.lateWait, one.lateWait, "%10.1f", remark),
        ]
    }

    private static func speed() -> [String] {
        let rate = DecisionRate().run()
        let bytes = QueueMemory().run()
        return [
            Self.row("decisions a second", rate, nil, "%10.0f", "100,000 tasks of 1,000 users queued, 256 GPUs"),
            Self.row("memory of 1,000,000 queued tasks (MB)", bytes, nil, "%10.0f", "the dispatcher's core"),
        ]
    }
}
