internal import MaaSCore
internal import Scheduling

/// The dispatchers' policy, the users' policies, and the operators' pauses in a seed.
///
/// Every fourth seed has a policy that uses every feature, from its own random numbers. The others have the default, so
/// that seeds that once broke a rule stay reproducible.
struct SimulatedPolicy: Sendable {
    /// Whether it has the default policy, like three seeds in four.
    let isPlain: Bool
    private(set) var scheduling = SchedulingPolicy()
    private(set) var users: [String: UserPolicy] = [:]
    /// What is paused from a time on; each entry replaces the one before.
    private(set) var pauses: [(time: Duration, paused: Set<PauseTarget>)] = []

    /// Whether running tasks may be ended for more urgent ones.
    var isPreemptive: Bool { self.scheduling.preemption != nil }

    static let userCount = 3
    static func user(of task: Int) -> String { "user-\(task % Self.userCount)" }

    init(seed: UInt64, tasks: [ScriptedTask], nodes: [SimulatedNode], window: Int) {
        self.isPlain = seed % 4 != 0
        guard !self.isPlain else { return }
        var dice = Chance(seed: seed ^ 0x3C6E_F372_FE94_F82B)
        let largest = tasks.map { $0.gpusPerPod.reduce(0, +) }.max() ?? 1
        let all = nodes.map(\.gpus).reduce(0, +)
        self.scheduling = SchedulingPolicy(
            aging: Aging(interval: .seconds(dice.element([5, 60, 1800]))),
            backfill: Backfill(isEnabled: dice.isTrue(0.8)),
            preemption: dice.isTrue(0.7)
                ? PreemptionPolicy(
                    minimumRunTime: .seconds(dice.element([0, 2, 10])),
                    patience: .seconds(dice.element([0, 5]))
                ) : nil,
            // No task may exceed the limit: it would wait forever.
            capacity: CapacityLimit(gpus: dice.isTrue(0.2) ? dice.number(largest...max(largest, all)) : nil)
        )
        for number in 0..<Self.userCount where dice.isTrue(0.4) {
            self.users[Self.user(of: number)] = UserPolicy(
                weight: dice.element([0.5, 1, 3]),
                limit: RunningLimit(tasks: dice.element([nil, 1, 2]), gpus: dice.isTrue(0.5) ? nil : largest)
            )
        }
        for _ in 0..<dice.number(0...3) {
            let pause: PauseTarget =
                switch dice.number(0...4) {
                case 0: .everything
                case 1: .priorityClass(dice.number(0...2))
                case 2: .template("t")
                case 3: .user(Self.user(of: dice.number(0...2)))
                default: .node(dice.element(nodes).name)
                }
            let begin = dice.milliseconds(0...(window * 1000))
            self.pauses.append((begin, [pause]))
            self.pauses.append((begin + dice.milliseconds(100...30_000), []))
        }
    }
}
