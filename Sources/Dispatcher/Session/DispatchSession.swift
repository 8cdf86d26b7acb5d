internal import Dispatching
internal import MaaSControl
internal import MaaSCore

/// One term of leadership: loads the queue and the cluster, and then does what ``DispatchCore`` says until it ends.
///
/// Nothing outlives it: the next term, here or elsewhere, starts from the rows and the cluster.
@LoopActor
final class DispatchSession {
    let epoch: Int
    let parts: DispatcherParts
    let logger: Logger
    let events: EventPublisher
    private var positions: PositionPublisher?
    private var core: DispatchCore
    private var clock = SessionClock(base: .now())
    private var mirror: ClusterMirror?
    private var isLoaded = false
    private var isOver = false
    private var isPumpScheduled = false
    private var timer: LoopTimer?
    private var work: [UInt64: Task<Void, Never>] = [:]
    private var workCount: UInt64 = 0

    init(epoch: Int, parts: DispatcherParts) {
        let configuration = parts.configuration.dispatcher
        self.epoch = epoch
        self.parts = parts
        self.logger = parts.logger
        self.events = EventPublisher(
            redis: parts.redis,
            configuration: parts.configuration.events,
            epoch: epoch,
            logger: parts.logger
        )
        self.core = DispatchCore(
            retries: RetryPolicy(
                attempts: configuration.infrastructureAttempts,
                delay: configuration.retryDelay,
                delayLimit: configuration.retryDelayLimit
            ),
            deadlineSlack: configuration.deadlineSlack
        )
    }

    /// Leads until its task is cancelled.
    func run() async {
        self.timer = LoopTimer { [unowned self] in self.schedulePump() }
        self.positions = PositionPublisher(redis: self.parts.redis, events: self.events, logger: self.logger) {
            [unowned self] in self.waits()
        }
        await withTaskCancellationHandler {
            await self.load()
            let mirror = ClusterMirror(
                client: self.parts.cluster,
                namespace: self.parts.configuration.kubernetes.namespace,
                logger: self.logger
            ) { [unowned self] in self.take($0) }
            self.mirror = mirror
            mirror.start()
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.readBells() }
                group.addTask { await self.sweep() }
            }
        } onCancel: {
            // Orders end here and now; what is being waited for may take longer.
            Task(executorPreference: EventLoop.main) { @LoopActor in self.isOver = true }
        }
        await self.end()
    }

    /// What keeps jobs from being started, if anything does.
    var problem: String? {
        if !self.isLoaded { return "the queue is being loaded" }
        return self.mirror?.isCurrent == true ? nil : "the cluster cannot be followed"
    }

    private func end() async {
        self.isOver = true
        await self.mirror?.stop()
        self.timer?.close()
        self.positions?.close()
        self.events.close()
        for task in self.work.values { task.cancel() }
        for task in self.work.values { await task.value }
    }

    // MARK: Rows

    /// Reads all rows that are not at their end. Tries until it has them: without the rows nothing can be decided.
    private func load() async {
        var backoff = Backoff()
        while !Task.isCancelled {
            do {
                self.clock = SessionClock(base: try await self.parts.store.currentTime())
                for row in try await self.parts.store.runningTasks() { self.adopt(row) }
                try await self.loadQueue()
                break
            } catch {
                self.logger.warning("cannot load the queue", [.error: "\(error)"])
                try? await LoopClock().sleep(for: backoff.next())
            }
        }
        guard !Task.isCancelled else { return }
        self.isLoaded = true
        self.schedulePump()
    }

    /// Reads every queued row; returns the ids that were there.
    @discardableResult
    private func loadQueue() async throws -> Set<TaskID> {
        var seen: Set<TaskID> = []
        var cursor: QueueKey?
        while true {
            let page = try await self.parts.store.queuedTasks(after: cursor, limit: 1000)
            for row in page {
                self.enqueue(row)
                seen.insert(row.id)
            }
            guard page.count == 1000, let last = page.last else { return seen }
            cursor = QueueKey(last)
        }
    }

    private func adopt(_ row: TaskRow) {
        let task = RunningTask(
            attempt: AttemptID(task: row.id, number: row.attempt),
            startedAt: row.started ?? row.updated,
            jobUID: row.jobUID,
            isCancelRequested: row.cancelRequested != nil,
            plan: self.parts.planner.plan(running: row)
        )
        self.core.adopt(task, now: self.clock.now)
        // A former leader may have died between the row and the event.
        self.events.publish(.state(.running, failure: nil), task: row.id, attempt: row.attempt)
    }

    private func enqueue(_ row: TaskRow) {
        guard row.state == .queued, !self.core.isQueued(row.id) else { return }
        let id = AttemptID(task: row.id, number: row.attempt + 1)
        do {
            let task = QueuedTask(
                attempt: id,
                priority: row.priority,
                queuedAt: row.queued,
                notBefore: row.notBefore,
                plan: try self.parts.planner.plan(row, attempt: id.number)
            )
            self.core.enqueue(task)
        } catch {
            self.start { await self.refuse(row, error) }
        }
    }

    private func readBells() async {
        let reader = BellReader(
            redis: self.parts.bellRedis,
            stream: self.parts.configuration.events.taskStream,
            logger: self.logger
        ) { [unowned self] bells in try await self.ring(bells) }
        await reader.run()
    }

    private func ring(_ bells: [TaskBell]) async throws {
        for id in Set(bells.compactMap(\.task)) {
            guard let row = try await self.parts.store.task(id) else { continue }
            self.look(at: row)
        }
        self.schedulePump()
    }

    /// Takes in what a row says now.
    private func look(at row: TaskRow) {
        switch row.state {
        case .queued: self.enqueue(row)
        case .running: if row.cancelRequested != nil { self.core.cancel(row.id) }
        case .completed, .failed, .cancelled: self.core.dequeue(row.id)
        }
    }

    /// Compares the queue with the rows now and then: a bell may be lost with all of Redis.
    private func sweep() async {
        while !Task.isCancelled {
            try? await LoopClock().sleep(for: self.parts.configuration.dispatcher.sweepInterval)
            if Task.isCancelled { return }
            do {
                let before = Set(self.core.queuedTasks)
                let seen = try await self.loadQueue()
                for id in before.subtracting(seen) where self.core.isQueued(id) {
                    if let row = try await self.parts.store.task(id) { self.look(at: row) }
                }
                try await self.compareRunning()
                await self.positions?.verify()
                self.schedulePump()
            } catch {
                self.logger.warning("cannot compare the queue with the rows", [.error: "\(error)"])
            }
        }
    }

    private func compareRunning() async throws {
        let known = self.core.activeAttempts
        let rows = try await self.parts.store.runningTasks()
        let running = Set(rows.map { AttemptID(task: $0.id, number: $0.attempt) })
        // Only of those known before the question: one that began meanwhile is missing in the answer.
        self.core.rowsRead(running: running.union(self.core.activeAttempts.subtracting(known)), now: self.clock.now)
        for row in rows {
            // A beginning whose answer was lost, or that could not be refused, is taken up here.
            if !self.core.isActive(AttemptID(task: row.id, number: row.attempt)) { self.adopt(row) }
            if row.cancelRequested != nil { self.core.cancel(row.id) }
        }
    }

    // MARK: The cluster

    private func take(_ fact: ClusterFact) {
        self.core.take(fact, now: self.clock.now)
        self.schedulePump()
    }

    // MARK: Orders

    /// Looks for orders at the end of this turn: many facts make one look.
    private func schedulePump() {
        guard self.isLoaded, !self.isPumpScheduled else { return }
        self.isPumpScheduled = true
        EventLoop.main.atEndOfTurn {
            self.isPumpScheduled = false
            self.pump()
        }
    }

    private func pump() {
        guard !self.isOver else { return }
        for order in self.core.orders(now: self.clock.now) {
            switch order {
            case .begin(let task): self.start { await self.begin(task) }
            case .step(let id, let jobName, let step): self.start { await self.carryOut(step, id, jobName) }
            case .tell(let id, let stage):
                self.events.publish(
                    .progress(TaskProgress(stage: stage, percent: 0)),
                    task: id.task,
                    attempt: id.number
                )
            }
        }
        self.positions?.touch()
        let now = self.clock.now
        if let look = self.core.nextLook(now: now) { self.timer?.start(after: max(.milliseconds(1), look - now)) }
    }

    private func start(_ body: @escaping @LoopActor () async -> Void) {
        self.workCount += 1
        let id = self.workCount
        // Not started here and now: it would end before it is noted.
        self.work[id] = Task { @LoopActor in
            await body()
            self.work[id] = nil
            self.schedulePump()
        }
    }

    private func begin(_ task: QueuedTask) async {
        do {
            let isBegun = try await self.parts.steps.begin(task, epoch: self.epoch)
            guard !self.isOver else { return }
            self.core.began(task.attempt, isBegun, now: self.clock.now)
            if isBegun {
                self.events.publish(
                    .state(.running, failure: nil),
                    task: task.attempt.task,
                    attempt: task.attempt.number
                )
            }
        } catch {
            self.logger.warning("cannot begin", [.task: "\(task.attempt.task)", .error: "\(error)"])
            self.core.beginPostponed(task.attempt, until: self.clock.now + .seconds(1))
        }
    }

    private func carryOut(_ step: AttemptStep, _ id: AttemptID, _ jobName: String) async {
        let outcome: AttemptOutcome
        do {
            outcome = try await self.parts.steps.perform(step, id, jobName: jobName, epoch: self.epoch) {
                [unowned self] row in self.takeRow(row)
            }
        } catch {
            self.logger.warning("postponed", [.task: "\(id.task)", .attempt: "\(id.number)", .error: "\(error)"])
            outcome = .postponed
        }
        guard !self.isOver else { return }
        self.core.completed(id, step, outcome, now: self.clock.now)
    }

    /// Takes a row that a step read or wrote.
    private func takeRow(_ row: TaskRow) {
        if row.state == .running { self.adopt(row) } else { self.tellEnd(of: row) }
    }

    /// Tells the users what a row that this dispatcher wrote says now; a task that waits again goes into the queue.
    private func tellEnd(of row: TaskRow) {
        self.logger.info(
            "attempt ended",
            [
                .task: "\(row.id)", .attempt: "\(row.attempt)", .state: row.state.rawValue,
                .code: row.failure?.code ?? "-",
            ]
        )
        self.events.publish(.state(row.state, failure: row.failure), task: row.id, attempt: row.attempt)
        self.enqueue(row)
    }

    /// Ends a task whose job can no longer be made: its template is gone, or its parameters no longer fit. A queued task
    /// cannot fail, so it is begun first; if its end cannot be written then, the next sweep finds it running.
    private func refuse(_ row: TaskRow, _ error: TemplateError) async {
        let number = row.attempt + 1
        let failure = TaskFailure(code: "TEMPLATE_ERROR", message: error.message)
        do {
            let store = self.parts.store
            guard try await store.begin(row.id, attempt: number, epoch: self.epoch, jobName: "", gpus: 0),
                let ended = try await store.finish(row.id, attempt: number, epoch: self.epoch, as: .failed(failure))
            else { return }
            self.tellEnd(of: ended)
        } catch {
            self.logger.warning("cannot refuse", [.task: "\(row.id)", .error: "\(error)"])
        }
    }

    private func waits() -> [(task: TaskID, entry: PositionBoard.Entry)] {
        self.core.waits(now: self.clock.now).map { ($0.task, PositionBoard.Entry(attempt: $0.attempt, wait: $0.wait)) }
    }
}
