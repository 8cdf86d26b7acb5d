internal import Dispatching
internal import MaaSControl
internal import MaaSCore

/// Keeps the core in step with the rows: reads all of them when a term begins, those named by bells, and all again
/// periodically, since bells can be lost with Redis.
@LoopActor
final class RowMirror {
    /// Fails a task whose job cannot be made any more.
    typealias Refuse = @LoopActor (TaskRow, TemplateError) -> Void

    private let store: TaskStore
    private let planner: JobPlanner
    private let policy: PolicyReader
    private let pump: DispatchPump
    private let sweepInterval: Duration
    private let logger: Logger
    private let onRefused: Refuse
    /// Tasks whose rows cannot be read, as far as that was logged.
    private var unreadable: Set<TaskID> = []

    /// Rows that are planned in one turn of the loop: it also renews the lease.
    private static let pageSize = 256
    /// How long after a task was queued its template may be unknown here. Services are replaced one at a time, so a
    /// gateway may accept tasks of a template that only the next dispatcher has.
    static let templatePatience = Duration.seconds(900)
    /// How many completed tasks are learned from.
    private static let lessons = 2000

    init(parts: DispatcherParts, pump: DispatchPump, onRefused: @escaping Refuse) {
        self.store = parts.store
        self.planner = parts.planner
        self.policy = PolicyReader(store: parts.store, configuration: parts.configuration.scheduling)
        self.pump = pump
        self.sweepInterval = parts.configuration.dispatcher.sweepInterval
        self.logger = parts.logger
        self.onRefused = onRefused
    }

    /// Reads all rows that have not ended, and passes each running one to `onRunning`.
    func load(onRunning: @LoopActor (TaskRow) -> Void) async throws {
        try await self.policy.read(into: self.pump)
        for row in self.readable(try await self.store.lastCompleted(limit: Self.lessons)) {
            guard let plan = self.planner.finishedPlan(row), let start = row.started, let end = row.ended else {
                continue
            }
            self.pump.update { core, _ in
                core.learn(plan.workload, estimate: plan.expectedDuration, took: end - start)
            }
        }
        try await self.read(try await self.store.runningTaskIDs()) { row in
            self.take(row)
            if row.state == .running { onRunning(row) }
        }
        try await self.settleCharges()
        try await self.read(try await self.store.queuedTaskIDs(), self.take)
    }

    /// Settles the previous term's charges for attempts that no longer run, or never began.
    private func settleCharges() async throws {
        let attempts = self.pump.read { core, _ in core.unsettledAttempts }
        var held: [AttemptID: Duration] = [:]
        let unread = try await self.read(Set(attempts.map(\.task))) { row in
            // Time queued again before a cancellation cost no GPUs.
            guard row.state.isTerminal, let start = row.started, let end = row.gpusReleased ?? row.ended else { return }
            held[AttemptID(task: row.id, number: row.attempt)] = end - start
        }
        self.pump.update { core, _ in
            for attempt in attempts where !unread.contains(attempt.task) {
                core.settle(attempt, held: held[attempt] ?? .zero)
            }
        }
    }

    /// Reads the rows that bells name.
    func ring(_ bells: [TaskBell]) async throws {
        if bells.contains(.policy) { try await self.policy.read(into: self.pump) }
        try await self.read(Set(bells.flatMap(\.tasks)), self.take)
    }

    /// Compares periodically, until its task is cancelled.
    func sweep(afterEach: @LoopActor () async -> Void) async {
        while !Task.isCancelled {
            try? await LoopClock().sleep(for: self.sweepInterval)
            if Task.isCancelled { return }
            do {
                try await self.compare()
                await afterEach()
            } catch {
                self.logger.warning("cannot compare the queue with the rows", [.error: "\(error)"])
            }
        }
    }

    /// Passes a row to the core.
    func take(_ row: TaskRow) {
        switch row.state {
        case .queued:
            // Planning a job costs more than checking whether it is queued already.
            if self.pump.read({ core, _ in core.isQueued(row.id) }) { return }
            do {
                let task = try self.planner.queued(row)
                self.pump.update { core, now in core.take(.queued(task), now: now) }
            } catch {
                // Until then each sweep looks at it again.
                guard self.pump.now - row.queued >= Self.templatePatience else { return }
                self.onRefused(row, error)
            }
        case .running:
            let attempt = AttemptID(task: row.id, number: row.attempt)
            let fact: RowFact =
                self.pump.read { core, _ in core.isKnown(attempt) }
                ? .runningStill(
                    attempt,
                    isCancelRequested: row.cancelRequested != nil,
                    expectedEnd: JobPlanner.expectedEnd(of: row)
                )
                : .running(self.planner.running(row))
            self.pump.update { core, now in core.take(fact, now: now) }
        case .completed, .failed, .cancelled:
            self.pump.update { core, now in core.take(.over(row.id), now: now) }
        }
    }

    private func compare() async throws {
        try await self.policy.read(into: self.pump)
        let sweep = self.pump.read { core, _ in core.beginSweep() }
        let queued = try await self.store.queuedTaskIDs()
        var running: Set<AttemptID> = []
        let unread = try await self.read(try await self.store.runningTaskIDs()) { row in
            if row.state == .running { running.insert(AttemptID(task: row.id, number: row.attempt)) }
            self.take(row)
        }
        let unclear = self.pump.update { [running] core, now in
            core.finish(sweep, queued: queued, running: running, unread: unread, now: now)
        }
        try await self.read(unclear, self.take)
    }

    /// Passes the tasks' rows to `body`. Returns the tasks whose rows cannot be read.
    @discardableResult
    private func read(_ tasks: Set<TaskID>, _ body: @LoopActor (TaskRow) -> Void) async throws -> Set<TaskID> {
        var unread: Set<TaskID> = []
        // Ids are in order of time, in which the core takes tasks at the least cost.
        var rest = tasks.sorted()[...]
        while !rest.isEmpty {
            let reading = try await self.store.tasks(rest.prefix(Self.pageSize))
            unread.formUnion(reading.unreadable.keys)
            for row in self.readable(reading) { body(row) }
            rest = rest.dropFirst(Self.pageSize)
        }
        return unread
    }

    /// Those that can be read; the others are logged, once a term.
    private func readable(_ reading: TaskReading) -> [TaskRow] {
        for (task, error) in reading.unreadable where self.unreadable.insert(task).inserted {
            self.logger.error("a row cannot be read; its task is left alone", [.task: "\(task)", .error: "\(error)"])
        }
        return reading.tasks
    }
}
