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

    private static let pageSize = 1000
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
        for row in self.readable(try await self.store.runningTasks()) {
            self.take(row)
            onRunning(row)
        }
        try await self.settleCharges()
        try await self.look(at: try await self.store.queuedTaskIDs())
    }

    /// Settles the previous term's charges for attempts that no longer run, or never began.
    private func settleCharges() async throws {
        let attempts = self.pump.read { core, _ in core.unsettledAttempts }
        var held: [AttemptID: Duration] = [:]
        var unread: Set<TaskID> = []
        var rest = attempts[...]
        while !rest.isEmpty {
            let reading = try await self.store.tasks(rest.prefix(Self.pageSize).map(\.task))
            unread.formUnion(reading.unreadable.keys)
            for row in self.readable(reading) {
                // Time queued again before a cancellation cost no GPUs.
                guard row.state.isTerminal, let start = row.started, let end = row.gpusReleased ?? row.ended else {
                    continue
                }
                held[AttemptID(task: row.id, number: row.attempt)] = end - start
            }
            rest = rest.dropFirst(Self.pageSize)
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
        try await self.look(at: Set(bells.flatMap(\.tasks)))
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
            let task = self.planner.running(row)
            self.pump.update { core, now in core.take(.running(task), now: now) }
        case .completed, .failed, .cancelled:
            self.pump.update { core, now in core.take(.over(row.id), now: now) }
        }
    }

    private func compare() async throws {
        try await self.policy.read(into: self.pump)
        let sweep = self.pump.read { core, _ in core.beginSweep() }
        let queued = try await self.store.queuedTaskIDs()
        let reading = try await self.store.runningTasks()
        let running = self.readable(reading).map(self.planner.running)
        let unread = Set(reading.unreadable.keys)
        let unclear = self.pump.update { core, now in
            core.finish(sweep, queued: queued, running: running, unread: unread, now: now)
        }
        try await self.look(at: unclear)
    }

    private func look(at tasks: Set<TaskID>) async throws {
        // Ids are in order of time, in which the core takes tasks at the least cost.
        var rest = tasks.sorted()[...]
        while !rest.isEmpty {
            for row in self.readable(try await self.store.tasks(rest.prefix(Self.pageSize))) { self.take(row) }
            rest = rest.dropFirst(Self.pageSize)
        }
    }

    /// Those that can be read; the others are logged, once a term.
    private func readable(_ reading: TaskReading) -> [TaskRow] {
        for (task, error) in reading.unreadable where self.unreadable.insert(task).inserted {
            self.logger.error("a row cannot be read; its task is left alone", [.task: "\(task)", .error: "\(error)"])
        }
        return reading.tasks
    }
}
