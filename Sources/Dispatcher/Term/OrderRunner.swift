internal import Dispatching
internal import KubernetesClient
internal import MaaSControl
internal import MaaSCore

/// Carries out the core's orders and reports their outcomes to it.
@LoopActor
final class OrderRunner {
    typealias RowHandler = @LoopActor (TaskRow) -> Void

    private let epoch: Int
    private let store: TaskStore
    private let stepRunner: StepRunner
    private let pump: DispatchPump
    private let events: EventPublisher
    private let metrics: DispatchMetrics
    private let classes: PriorityClasses
    private let tracer: Tracer
    private let logger: Logger
    /// The attempts whose job does not exist yet, and when the decision was made to start each.
    private var decisions: [AttemptID: (task: QueuedTask, time: ContinuousClock.Instant)] = [:]
    /// Both are to be set before any order is carried out.
    var onRow: RowHandler = { _ in }
    var onBegun: @LoopActor (TaskID) -> Void = { _ in }
    /// Of intents and of steps, since the last that succeeded.
    private var beginFailures = FailureSeries()
    private var stepFailures = FailureSeries()
    private let work = WorkQueue()
    private let releases = WorkQueue(limit: StepPeer.database.limit)
    private let steps: [StepPeer: WorkQueue]

    private static let beginRetryDelay = Duration.seconds(1)
    /// Intents per transaction: the first jobs should not wait for too many others.
    private static let beginLimit = 64

    init(epoch: Int, parts: DispatcherParts, pump: DispatchPump, events: EventPublisher) {
        self.epoch = epoch
        self.store = parts.store
        self.stepRunner = StepRunner(epoch: epoch, parts: parts)
        self.steps = Dictionary(
            StepPeer.allCases.map { ($0, WorkQueue(limit: $0.limit)) },
            uniquingKeysWith: { first, _ in first }
        )
        self.pump = pump
        self.events = events
        self.metrics = parts.metrics
        self.classes = parts.configuration.scheduling.classes
        self.tracer = parts.tracer
        self.logger = parts.logger
    }

    func carryOut(_ orders: [DispatchOrder]) {
        var beginnings: [QueuedTask] = []
        var placements: [(id: AttemptID, nodes: [String])] = []
        defer {
            self.begin(beginnings)
            self.record(placements)
        }
        for order in orders {
            switch order {
            case .begin(let task):
                self.decisions[task.attempt] = self.decisions[task.attempt] ?? (task, .now)
                beginnings.append(task)
            case .step(let id, let jobName, let step):
                self.steps[step.peer]?.add { await self.perform(step, id, jobName) }
            case .tell(let id, let stage):
                self.events.publish(
                    .progress(TaskProgress(stage: stage, percent: 0)),
                    task: id.task,
                    attempt: id.number
                )
            case .recordNodes(let id, let nodes): placements.append((id, nodes))
            case .recordRelease(let id): self.releases.add { await self.recordRelease(of: id) }
            }
        }
    }

    /// Fails a task whose job cannot be made any more: its template is gone, or its parameters no longer fit. A queued
    /// task cannot fail, so its attempt is begun first; if writing its end fails, the next sweep finds it running.
    func refuse(_ row: TaskRow, _ error: TemplateError) {
        let number = row.attempt + 1
        let failure = TaskFailure(error)
        self.steps[.database]?.add {
            do {
                let store = self.store
                guard try await store.begin(row.id, attempt: number, epoch: self.epoch, jobName: "", gpus: 0),
                    let ended = try await store.finish(row.id, attempt: number, epoch: self.epoch, as: .failed(failure))
                else { return }
                self.tellEnd(of: ended)
            } catch {
                self.logger.warning(
                    "cannot fail a task whose job cannot be made",
                    [.task: "\(row.id)", .trace: row.trace?.traceID, .error: "\(error)"]
                )
            }
        }
    }

    /// Cancels pending work and waits until it has ended.
    func stop() async {
        let queues = [self.work, self.releases] + self.steps.values
        for queue in queues { queue.cancel() }
        for queue in queues { await queue.ended() }
    }

    /// The pump, while this term may act.
    private var open: DispatchPump? { self.pump.isClosed ? nil : self.pump }

    private func begin(_ tasks: [QueuedTask]) {
        var rest = tasks[...]
        while !rest.isEmpty {
            let part = Array(rest.prefix(Self.beginLimit))
            rest = rest.dropFirst(part.count)
            self.work.add { await self.commit(part) }
        }
    }

    /// One after the other: a term begins with those of all running attempts, and each write locks the lease's row,
    /// which has to be renewed beside them.
    private func record(_ placements: [(id: AttemptID, nodes: [String])]) {
        if placements.isEmpty { return }
        self.work.add {
            for (id, nodes) in placements where !Task.isCancelled {
                _ = try? await self.store.recordNodes(nodes, of: id.task, attempt: id.number, epoch: self.epoch)
            }
        }
    }

    /// Tries until it is written, or the row has moved on: nobody asks for it again.
    private func recordRelease(of id: AttemptID) async {
        var backoff = Backoff()
        while !Task.isCancelled {
            do {
                _ = try await self.store.recordRelease(of: id.task, attempt: id.number, epoch: self.epoch)
                return
            } catch {
                try? await LoopClock().sleep(for: backoff.next())
            }
        }
    }

    private func commit(_ tasks: [QueuedTask]) async {
        do {
            let outcomes = try await self.stepRunner.begin(tasks)
            self.beginFailures.reset()
            for task in tasks {
                if let isBegun = outcomes[task.attempt.task] { self.began(task, isBegun) } else { self.postpone(task) }
            }
        } catch {
            self.logger.warning("cannot start attempts; will retry", error, of: &self.beginFailures)
            for task in tasks { self.postpone(task) }
        }
    }

    private func postpone(_ task: QueuedTask) {
        self.open?.update { core, now in core.beginPostponed(task.attempt, until: now + Self.beginRetryDelay) }
    }

    private func began(_ task: QueuedTask, _ isBegun: Bool) {
        let id = task.attempt
        self.open?.update { core, now in core.began(id, isBegun, now: now) }
        guard isBegun else { return self.decisions[id] = nil }
        self.onBegun(id.task)
        self.events.publish(.state(.running, failure: nil), task: id.task, attempt: id.number)
    }

    private func perform(_ step: AttemptStep, _ id: AttemptID, _ jobName: String) async {
        let outcome: StepOutcome
        do {
            outcome = try await self.stepRunner.perform(
                step,
                id,
                jobName: jobName,
                now: self.pump.now
            ) { self.take($0) }
            self.stepFailures.reset()
        } catch {
            self.warn(error, id)
            outcome = (error as? KubernetesError)?.retryAfter.map { .busy($0) } ?? .postponed
        }
        if step == .submit, !outcome.isPostponed, let decision = self.decisions.removeValue(forKey: id),
            case .found = outcome
        {
            self.metrics.creations.observe(ContinuousClock.now - decision.time)
            // Not when the attempt begins: one that a quota refuses would end a wait that goes on.
            let waited = self.pump.now - decision.task.queuedAt
            self.metrics.waits.observe(waited, self.classes.name(of: decision.task.priority))
        }
        self.open?.update { core, now in core.completed(id, step, outcome, now: now) }
    }

    /// Logs a failure for all steps that fail alike: in an outage those of each attempt do every few seconds.
    private func warn(_ error: any Error, _ id: AttemptID) {
        if Task.isCancelled { return }
        // What Kubernetes says names the job.
        let kind = (error as? KubernetesError).map { "\($0.code)" } ?? "\(error)"
        guard self.stepFailures.record(kind) else { return }
        self.logger.warning(
            "cannot carry out a step of an attempt; will retry",
            [
                .task: "\(id.task)", .attempt: "\(id.number)", .error: "\(error)",
                .count: "\(self.stepFailures.count)",
            ]
        )
    }

    /// Handles a row that a step read or wrote.
    private func take(_ row: TaskRow) {
        if row.state == .running { self.onRow(row) } else { self.tellEnd(of: row) }
    }

    /// Tells the users the state that this dispatcher wrote to a row; a requeued task goes back into the queue.
    private func tellEnd(of row: TaskRow) {
        self.logger.logEnd(of: row)
        self.decisions[AttemptID(task: row.id, number: row.attempt)] = nil
        self.metrics.ends.count(row)
        self.tracer.recordAttempt(of: row)
        self.events.publish(
            .state(row.state, failure: row.failure, result: row.result),
            task: row.id,
            attempt: row.attempt
        )
        self.onRow(row)
    }
}
