internal import MaaSCore
internal import Scheduling

/// One simulated installation: its time, its randomness, its servers and its dispatchers.
///
/// Everything happens in actions on the agenda, one at a time. Sendable because a world is run by one thread from start
/// to end.
final class World: @unchecked Sendable {
    let scenario: Scenario
    let mutation: Mutation?
    let executor = SimulationExecutor()
    private(set) var now = Scenario.start
    private(set) var violation: Violation?
    /// The number of the await at which the awaiting dispatcher crashes.
    let crashPoint: Int?
    /// The number of awaits so far.
    private(set) var awaits = 0
    /// A digest of all that happened, which must be equal for two runs of a seed.
    private(set) var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    private(set) var actions = 0
    /// Since when the faults are over.
    private(set) var calmSince: Timestamp?
    /// Unreachable servers.
    private(set) var outages: [Link] = []
    /// What operators have paused.
    private(set) var pauses: Set<PauseTarget> = []

    let database: SimulatedDatabase
    let cluster: SimulatedCluster
    let bells = SimulatedBells()
    private(set) var processes: [SimulatedProcess] = []

    private var random: Chance
    private var agenda = Agenda()
    private var turnEnds: [() -> Void] = []
    private let onTrace: ((String) -> Void)?

    init(
        _ scenario: Scenario,
        mutation: Mutation? = nil,
        crashPoint: Int? = nil,
        onTrace: ((String) -> Void)? = nil
    ) {
        self.scenario = scenario
        self.mutation = mutation
        self.crashPoint = crashPoint
        self.onTrace = onTrace
        self.random = Chance(seed: scenario.seed ^ 0x5DEE_CE66_D1CE_4E5B)
        self.database = SimulatedDatabase(
            isFenced: mutation != .unfencedWrites,
            keepsEnds: mutation != .overwritesEnds
        )
        self.cluster = SimulatedCluster(scenario.nodes)
        self.database.world = self
        self.cluster.world = self
        self.processes = (0..<scenario.dispatchers).map { SimulatedProcess("dispatcher-\($0)", in: self) }
    }

    // MARK: Time and chance

    func after(_ delay: Duration, _ action: @escaping () -> Void) { self.agenda.add(at: self.now + delay, action) }

    /// Runs `action` after everything that the current action made due in this instant.
    func atEndOfTurn(_ action: @escaping () -> Void) { self.turnEnds.append(action) }

    func chance(_ probability: Double) -> Bool { self.random.isTrue(probability) }

    func pick(_ milliseconds: ClosedRange<Int>) -> Duration { self.random.milliseconds(milliseconds) }

    func pick(below count: Int) -> Int { self.random.number(0...(count - 1)) }

    // MARK: Trace

    /// Adds a line to the trace; the text is only made if there is a reader.
    func note(_ text: @autoclosure () -> String) {
        guard let onTrace else { return }
        let milliseconds = (self.now - Scenario.start).wholeMilliseconds
        onTrace("\(milliseconds) ms  \(text())")
    }

    /// Records a violation; the first one ends the run.
    func violate(_ rule: Violation.Rule, _ message: @autoclosure () -> String) {
        guard self.violation == nil else { return }
        let violation = Violation(rule: rule, message: message())
        self.violation = violation
        self.note("VIOLATION \(violation)")
    }

    /// Folds a number into the digest (FNV-1a).
    func fold(_ number: Int64) {
        self.digest = (self.digest ^ UInt64(bitPattern: number)) &* 0x100_0000_01B3
    }

    // MARK: Faults

    var isCalm: Bool { self.calmSince != nil }

    /// Counts an await of a dispatcher. Returns whether the dispatcher crashes there.
    /// - Parameter isPerilous: whether it may also crash at random.
    func isFatalAwait(isPerilous: Bool) -> Bool {
        if self.isCalm { return false }
        self.awaits += 1
        if self.awaits == self.crashPoint { return true }
        return isPerilous && self.chance(self.scenario.crashChance)
    }

    func process(_ index: Int) -> SimulatedProcess { self.processes[index % self.processes.count] }

    func begin(outage link: Link) { self.outages.append(link) }

    func pause(_ paused: Set<PauseTarget>) {
        self.note("paused: \(paused)")
        self.pauses = self.isCalm ? [] : paused
    }

    func end(outage link: Link) {
        if let index = self.outages.firstIndex(of: link) { self.outages.remove(at: index) }
    }

    // MARK: The run

    /// Runs until everything is over or a rule is violated.
    func run() {
        for process in self.processes { process.start() }
        self.scenario.play(in: self)
        self.after(self.scenario.calm) { [unowned self] in self.endFaults() }
        let end = Scenario.start + self.scenario.calm + self.scenario.patience
        while self.violation == nil, let (time, action) = self.agenda.next() {
            self.now = time
            self.actions += 1
            action()
            self.endTurn()
            self.fold(time.milliseconds)
            if self.isCalm, self.actions.isMultiple(of: 16), self.isOver { break }
            if time > end {
                self.reportUnfinished()
                break
            }
        }
        if self.violation == nil { self.checkTheEnd() }
        // Ends all awaits, so that nothing of this world outlives it.
        for process in self.processes { process.end() }
        self.executor.drain()
        self.agenda.removeAll()
        self.turnEnds = []
    }

    private func endTurn() {
        self.executor.drain()
        while !self.turnEnds.isEmpty {
            let ends = self.turnEnds
            self.turnEnds = []
            for end in ends { end() }
            self.executor.drain()
        }
    }

    private func endFaults() {
        self.calmSince = self.now
        self.outages = []
        self.pauses = []
        self.note("calm: no more faults")
        self.cluster.mend()
        for process in self.processes { process.thaw() }
    }

    // MARK: The end

    private var leader: SimulatedSession? { self.processes.lazy.compactMap(\.session).first { $0.isInCharge } }

    /// Whether every task has ended, the cluster has nothing left to do and the leader knows it.
    private var isOver: Bool {
        self.database.areAllTasksOver(count: self.scenario.tasks.count) && self.cluster.isQuiet
            && self.leader?.isIdle == true
    }

    private func reportUnfinished() {
        if let row = self.database.rows.first(where: { !$0.state.isTerminal }) {
            return self.violate(.neverEnded, "task \(row.index) is \(row.state.rawValue), attempt \(row.attempt)")
        }
        if !self.cluster.isQuiet { return self.violate(.jobLeftBehind, self.cluster.leftovers) }
        self.violate(.leakedCapacity, "the leader still holds \(self.leader?.holdings ?? "nothing: there is none")")
    }

    private func checkTheEnd() {
        for row in self.database.rows {
            self.scenario.tasks[row.index].check(row, in: self)
        }
    }
}
