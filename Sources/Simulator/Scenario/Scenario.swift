internal import Dispatching
internal import MaaSCore

/// Everything derived from a seed: the cluster, the tasks and the faults.
///
/// Each seed enables only some kinds of faults, so that common ones do not mask rare ones.
struct Scenario: Sendable {
    static let start = Timestamp(milliseconds: 1_800_000_000_000)
    static let leaseTTL = Duration.seconds(5)
    static let sweepInterval = Duration.seconds(10)
    static let attempts = 3
    static let retries = RetryPolicy(attempts: attempts, delay: .seconds(5), delayLimit: .seconds(120))
    static let deadlineSlack = Duration.seconds(10)

    let seed: UInt64
    let nodes: [SimulatedNode]
    let dispatchers: Int
    let tasks: [ScriptedTask]
    let faults: [(time: Duration, fault: Fault)]
    let network: Network
    let policy: SimulatedPolicy
    /// Of a dispatcher, before and after each of its calls.
    let crashChance: Double
    /// When the last fault is over.
    let calm: Duration
    /// The time after that within which everything must have ended.
    let patience: Duration

    /// The largest possible error of the database's clock.
    var clockError: Duration {
        self.faults.reduce(.zero) { sum, entry in
            if case .clockStep(let step) = entry.fault { sum + max(step, .zero - step) } else { sum }
        }
    }

    init(seed: UInt64) {
        var dice = Chance(seed: seed)
        self.seed = seed
        self.nodes = (0..<dice.number(1...3)).map {
            SimulatedNode(name: "n\($0)", gpus: dice.element([1, 2, 2, 4, 8]))
        }
        self.dispatchers = dice.element([1, 2, 2, 3])
        let largest = self.nodes.map(\.gpus).max() ?? 1
        let window = dice.element([2, 20, 60])
        let gpus = self.nodes.map(\.gpus)
        self.tasks = (0..<dice.element([1, 2, 3, 4, 6, 9])).map { _ in
            Self.task(&dice, window: window, largest: largest, nodes: gpus)
        }
        let isRough = dice.isTrue(0.7)
        self.network = Network(
            requestLoss: isRough ? dice.element([0, 0, 0.01, 0.05]) : 0,
            answerLoss: isRough ? dice.element([0, 0, 0.01, 0.05, 0.15]) : 0,
            slowness: isRough ? dice.element([0, 0.02, 0.1]) : 0,
            bellLoss: isRough ? dice.element([0, 0.1, 1]) : 0,
            bellRepeat: isRough ? dice.element([0, 0.3]) : 0,
            slowWatches: isRough ? dice.element([0, 0.1, 0.5]) : 0
        )
        self.crashChance = dice.element([0, 0, 0.002, 0.01, 0.03])
        let faultWindow = dice.element([30, 90, 150])
        self.faults = Self.faults(&dice, window: faultWindow, dispatchers: self.dispatchers)
        self.calm = .seconds(faultWindow + 40)
        self.policy = SimulatedPolicy(seed: seed, tasks: self.tasks, nodes: self.nodes, window: faultWindow)
        // As if all tasks ran one after the other, each with all its attempts.
        let work = self.tasks.reduce(0) { $0 + ($1.timeLimit.inSeconds + 60) * Double(Self.attempts) }
        // Each may be preempted by each of the others.
        let runs = self.policy.isPreemptive ? self.tasks.count : 1
        self.patience = .seconds(300) + .milliseconds(Int(work * 1000) * runs)
    }

    private static func task(_ dice: inout Chance, window: Int, largest: Int, nodes: [Int]) -> ScriptedTask {
        let single = dice.element([1, 1, 1, 2, 4, 8].filter { $0 <= largest })
        var gpusPerPod = [single]
        var spreadsPods = false
        if nodes.count > 1, dice.isTrue(0.25) {
            // At most as many pods as there are nodes that can hold one.
            let count = nodes.filter { $0 >= single }.count
            gpusPerPod = Array(repeating: single, count: dice.number(1...max(1, count)))
            spreadsPods = dice.isTrue(0.5)
        }
        let duration = dice.number(1...(dice.isTrue(0.1) ? 150 : 25))
        let estimate = max(1, duration + dice.number(-5...10))
        let submitted = dice.milliseconds(0...(window * 1000))
        let attempts = (0..<Self.attempts).map { _ in
            let scripts: [AttemptScript] =
                [.delivers(saysSo: true), .delivers(saysSo: true), .delivers(saysSo: true), .delivers(saysSo: false)]
                + [.deliversNothing, .fails(exitCode: 1), .fails(exitCode: 137), .isEvicted, .hangs]
                + [.neverStarts, .isInvalid]
            return ScriptedAttempt(
                script: dice.isTrue(0.7) ? .delivers(saysSo: true) : dice.element(scripts),
                duration: .milliseconds(max(200, duration * 1000 + dice.number(-3000...3000)))
            )
        }
        return ScriptedTask(
            submitted: submitted,
            priority: dice.element([0, 1, 1, 2].compactMap(TaskPriority.init(rank:))),
            gpusPerPod: gpusPerPod,
            spreadsPods: spreadsPods,
            estimate: .seconds(estimate),
            timeLimit: .seconds(duration + dice.number(15...60)),
            cancelled: dice.isTrue(0.25) ? submitted + dice.milliseconds(0...40_000) : nil,
            attempts: attempts
        )
    }

    private static func faults(_ dice: inout Chance, window: Int, dispatchers: Int) -> [(time: Duration, fault: Fault)]
    {
        var faults: [(time: Duration, fault: Fault)] = []
        let kinds = (0..<16).filter { _ in dice.isTrue(0.2) }
        for kind in kinds {
            for _ in 0..<dice.number(1...3) {
                let duration = dice.milliseconds(dice.element([100...1000, 1000...8000, 5000...35_000]))
                let process = dice.number(0...(dispatchers - 1))
                let node = dice.number(0...7)
                let fault: Fault =
                    switch kind {
                    case 0: .crash(process)
                    case 1: .stop(process)
                    case 2: .freeze(process, duration)
                    case 3: .outage(dice.element(Link.allCases), duration)
                    case 4: .webhookOutage(duration)
                    case 5: .operatorOutage(duration)
                    case 6: .quota(duration)
                    case 7: .redisWipe
                    case 8: .nodeLoss(node, duration)
                    case 9: .nodeRemoval(node, duration)
                    case 10: .nodeRestart(node)
                    case 11: .cordon(node, duration)
                    case 12: .watchCut(isHistoryLost: dice.isTrue(0.5))
                    case 13: .clockStep(dice.milliseconds(-30_000...30_000))
                    case 14: .jobDeletion
                    default: .eviction
                    }
                faults.append((dice.milliseconds(0...(window * 1000)), fault))
            }
        }
        return faults
    }

    /// Schedules everything on the world's agenda.
    func play(in world: World) {
        for (index, task) in self.tasks.enumerated() {
            let random = (0..<10).map { UInt8(truncatingIfNeeded: index * 31 + $0 * 7) }
            let id = TaskID(time: Self.start + task.submitted, random: random)
            world.after(task.submitted) { world.submit(id, index: index) }
            if let cancelled = task.cancelled { world.after(cancelled) { world.cancel(id) } }
        }
        for (time, paused) in self.policy.pauses {
            world.after(time) { world.pause(paused) }
        }
        for (time, fault) in self.faults {
            world.after(time) {
                world.note("fault: \(fault)")
                fault.happen(in: world)
            }
        }
    }
}
