internal import Dispatching
internal import MaaSCore

/// A model of `RowMirror`, `DispatchPump` and `OrderRunner`, with the same calls into the core in the same order.
final class SimulatedSession: @unchecked Sendable {  // Of one world, whose thread it stays on.
    let epoch: Int
    private let life: Life
    private unowned let world: World
    private let steps: SimulatedSteps
    private var core: DispatchCore
    private var clockBase = Timestamp(milliseconds: 0)
    private var clockOrigin = Timestamp(milliseconds: 0)
    private var mirror: SimulatedMirror?
    private var areSharesLoaded = false
    private var isLoaded = false
    private(set) var isOver = false
    private var isPumpScheduled = false
    private var timerSerial = 0
    /// The serial number of the lease timer in force.
    var expiry = 0

    init(epoch: Int, life: Life, world: World) {
        self.epoch = epoch
        self.life = life
        self.world = world
        self.steps = SimulatedSteps(life: life, world: world)
        self.core = DispatchCore(
            policy: DispatchPolicy(
                attempts: AttemptPolicy(retries: Scenario.retries, deadlineSlack: Scenario.deadlineSlack),
                scheduling: world.scenario.policy.scheduling
            )
        )
    }

    /// The database's time, advanced by the monotonic clock.
    private var now: Timestamp { self.clockBase + (self.world.now - self.clockOrigin) }

    var isInCharge: Bool { !self.isOver && self.world.database.isLeaseHeld(epoch: self.epoch) }

    /// Whether it has nothing left to do and holds nothing.
    var isIdle: Bool {
        self.isLoaded && self.core.queuedTasks.isEmpty && self.core.activeAttempts.isEmpty
            && self.core.promisedGPUs == 0
    }

    var holdings: String {
        "\(self.core.promisedGPUs) GPUs, queued \(self.core.queuedTasks.count), "
            + "active \(self.core.activeAttempts.sorted().map(self.world.brief)), loaded \(self.isLoaded)"
    }

    // MARK: The term

    func start() {
        Task(executorPreference: self.world.executor) {
            await self.load()
            guard !self.isOver else { return }
            let mirror = SimulatedMirror(life: self.life, world: self.world) { [weak self] in self?.take($0) }
            self.mirror = mirror
            mirror.start()
            Task(executorPreference: self.world.executor) { await self.readBells() }
            Task(executorPreference: self.world.executor) { await self.sweep() }
        }
    }

    /// Stops carrying out orders at once.
    func stop() {
        self.isOver = true
        self.mirror?.stop()
    }

    func expire(_ serial: Int) { if serial == self.expiry { self.stop() } }

    // MARK: Rows

    private func load() async {
        let database = self.world.database
        while !self.isOver, !self.life.isOver {
            do {
                self.clockBase = try await self.life.call(.database) { database.currentTime }
                self.clockOrigin = self.world.now
                try await self.loadPolicy()
                if self.world.mutation != .forgetsRunningRows {
                    for row in try await self.life.call(.database, { database.runningTasks() }) { self.take(row) }
                }
                try await self.settleCharges()
                for row in try await self.life.call(.database, { database.queuedTasks() }) { self.take(row) }
                self.isLoaded = true
                return self.schedulePump()
            } catch {
                try? await self.life.sleep(.milliseconds(500))
            }
        }
    }

    /// A model of `ShareKeeper` and `PolicyReader`.
    private func loadPolicy() async throws {
        let policy = self.world.scenario.policy
        guard !policy.isPlain else { return }
        let database = self.world.database
        if !self.areSharesLoaded {
            let (standings, charges) = try await self.life.call(.database) { database.fairShare } ?? ([], [])
            self.core.restore(standings, charges: charges)
            self.areSharesLoaded = true
        }
        self.core.setUsers(policy.users)
        self.core.setPauses(try await self.life.call(.database) { [unowned world] in world.pauses })
    }

    private func settleCharges() async throws {
        let database = self.world.database
        for attempt in self.core.unsettledAttempts {
            let row = try await self.life.call(.database) { database.task(attempt.task) }
            let isLast = row?.state.isTerminal == true && row?.attempt == attempt.number
            let end = row.flatMap { $0.gpusReleased ?? $0.ended }
            let held = row?.started.flatMap { start in end.map { $0 - start } } ?? .zero
            self.core.settle(attempt, held: isLast ? held : .zero)
        }
    }

    private func sweepPolicy() async throws {
        guard !self.world.scenario.policy.isPlain else { return }
        let database = self.world.database
        self.core.setPauses(try await self.life.call(.database) { [unowned world] in world.pauses })
        let (standings, charges, epoch) = (self.core.standings(now: self.now), self.core.charges, self.epoch)
        try await self.life.call(.database) { database.saveFairShare(standings, charges, epoch: epoch) }
    }

    /// Passes a row to the core.
    private func take(_ row: SimulatedRow) {
        switch row.state {
        case .queued: if !self.core.isQueued(row.id) { self.core.take(.queued(self.queued(row)), now: self.now) }
        case .running:
            let attempt = AttemptID(task: row.id, number: row.attempt)
            let fact: RowFact =
                self.core.isKnown(attempt)
                ? .runningStill(attempt, isCancelRequested: row.cancelRequested != nil, expectedEnd: nil)
                : .running(self.running(row))
            self.core.take(fact, now: self.now)
        case .completed, .failed, .cancelled: self.core.take(.over(row.id), now: self.now)
        }
    }

    private func running(_ row: SimulatedRow) -> RunningTask {
        RunningTask(
            attempt: AttemptID(task: row.id, number: row.attempt),
            forgiven: self.forgiven(row),
            user: SimulatedPolicy.user(of: row.index),
            priority: self.world.scenario.tasks[row.index].priority,
            startedAt: row.started ?? row.updated,
            jobUID: row.jobUID,
            isCancelRequested: row.cancelRequested != nil,
            stop: self.world.mutation == .forgetsStops ? nil : row.stop,
            plan: self.steps.plan(row, attempt: row.attempt, epoch: self.epoch)
        )
    }

    private func forgiven(_ row: SimulatedRow) -> Int {
        self.world.mutation == .forgivesEverything ? row.attempt : row.forgiven
    }

    private func queued(_ row: SimulatedRow) -> QueuedTask {
        let id = AttemptID(task: row.id, number: row.attempt + 1)
        return QueuedTask(
            attempt: id,
            forgiven: self.forgiven(row),
            user: SimulatedPolicy.user(of: row.index),
            priority: self.world.scenario.tasks[row.index].priority,
            queuedAt: row.queued,
            notBefore: row.notBefore,
            plan: self.steps.plan(row, attempt: id.number, epoch: self.epoch)
        )
    }

    private func readBells() async {
        let bells = self.world.bells
        while !self.life.isOver, !self.isOver {
            do {
                let group = try await self.life.call(.redis) { bells.createGroup() }
                while true {
                    let pending = try await self.life.call(.redis) { try bells.readPending(group) }
                    if pending.isEmpty { break }
                    try await self.ring(pending)
                    try await self.life.call(.redis) { bells.acknowledge(pending) }
                }
                while !self.life.isOver, !self.isOver {
                    let entries = try await self.life.call(.redis) { try bells.readNew(group) }
                    if entries.isEmpty {
                        try await self.life.wait { bells.onNext($0) }
                        continue
                    }
                    try await self.ring(entries)
                    try await self.life.call(.redis) { bells.acknowledge(entries) }
                }
            } catch {
                try? await self.life.sleep(.seconds(1))
            }
        }
    }

    private func ring(_ entries: [SimulatedBells.Entry]) async throws {
        let database = self.world.database
        for id in Set(entries.map(\.task)).sorted() {
            guard let row = try await self.life.call(.database, { database.task(id) }) else { continue }
            self.take(row)
        }
        self.schedulePump()
    }

    private func sweep() async {
        let database = self.world.database
        while !self.life.isOver, !self.isOver {
            try? await self.life.sleep(Scenario.sweepInterval)
            if self.isOver || self.world.mutation == .neverSweeps { return }
            do {
                try await self.sweepPolicy()
                let sweep = self.core.beginSweep()
                let queued = Set(try await self.life.call(.database) { database.queuedTasks() }.map(\.id))
                let rows = try await self.life.call(.database) { database.runningTasks() }
                for row in rows { self.take(row) }
                let running = Set(rows.map { AttemptID(task: $0.id, number: $0.attempt) })
                for id in self.core.finish(sweep, queued: queued, running: running, now: self.now).sorted() {
                    if let row = try await self.life.call(.database, { database.task(id) }) { self.take(row) }
                }
                self.schedulePump()
            } catch {}
        }
    }

    // MARK: The cluster

    private func take(_ fact: ClusterFact) {
        guard !self.isOver else { return }
        self.world.note("  epoch \(self.epoch) sees \(self.world.brief(fact))")
        self.core.take(fact, now: self.now)
        self.schedulePump()
    }

    // MARK: Orders

    private func schedulePump() {
        guard self.isLoaded, !self.isPumpScheduled else { return }
        self.isPumpScheduled = true
        self.world.atEndOfTurn { [self] in
            self.isPumpScheduled = false
            self.pump()
        }
    }

    private func pump() {
        guard !self.isOver, !self.life.isOver else { return }
        var beginnings: [QueuedTask] = []
        for order in self.core.orders(now: self.now) {
            self.world.note("  epoch \(self.epoch): \(self.world.brief(order))")
            switch order {
            case .begin(let task): beginnings.append(task)
            case .step(let id, let jobName, let step): self.start { await self.carryOut(step, id, jobName) }
            // At once: a call would draw random numbers, and the seeds that once failed would be others.
            case .recordRelease(let id):
                self.world.database.recordRelease(of: id.task, attempt: id.number, epoch: self.epoch)
            case .tell, .recordNodes: break
            }
        }
        if !beginnings.isEmpty { self.start { [beginnings] in await self.begin(beginnings) } }
        guard let next = self.core.nextCheck(now: self.now) else { return }
        self.timerSerial += 1
        // A leftover's deadline is at the end of time.
        let wait = min(.seconds(3600), max(.milliseconds(1), next - self.now))
        self.life.timer(after: wait) { [serial = self.timerSerial, weak self] in
            if let self, self.timerSerial == serial { self.schedulePump() }
        }
    }

    private func start(_ body: @escaping @Sendable () async -> Void) {
        Task(executorPreference: self.world.executor) {
            await body()
            self.schedulePump()
        }
    }

    private func begin(_ tasks: [QueuedTask]) async {
        do {
            if self.world.mutation == .postsBeforeIntent {
                for task in tasks { _ = try await self.steps.submitBeforeIntent(task, epoch: self.epoch) }
            }
            let begun = try await self.steps.begin(tasks, epoch: self.epoch)
            guard !self.isOver else { return }
            for task in tasks {
                self.core.began(task.attempt, begun.contains(task.attempt.task), now: self.now)
            }
        } catch {
            for task in tasks { self.core.beginPostponed(task.attempt, until: self.now + .seconds(1)) }
        }
    }

    private func carryOut(_ step: AttemptStep, _ id: AttemptID, _ jobName: String) async {
        let outcome: StepOutcome
        do {
            outcome = try await self.steps.perform(step, id, jobName: jobName, epoch: self.epoch) { row in
                self.take(row)
            }
        } catch {
            outcome = .postponed
        }
        guard !self.isOver else { return }
        self.world.note("  epoch \(self.epoch): \(self.world.brief(id)) \(step) → \(outcome)")
        self.core.completed(id, step, outcome, now: self.now)
    }
}
