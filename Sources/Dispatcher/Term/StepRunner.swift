internal import Dispatching
internal import KubernetesClient
internal import MaaSControl
internal import MaaSCore
internal import Scheduling

/// Carries out an attempt's steps against the database, the cluster and the object store.
///
/// Every step may be repeated: an unknown outcome is looked up, not guessed.
@LoopActor
final class StepRunner {
    /// Handles a row that a step read or wrote.
    typealias RowHandler = @LoopActor (TaskRow) -> Void

    private let epoch: Int
    private let store: TaskStore
    private let jobs: JobClient
    private let planner: JobPlanner
    private let objects: ObjectStore
    private let tracer: Tracer
    private let logger: Logger
    private let finalEventPatience: Duration

    init(epoch: Int, parts: DispatcherParts) {
        self.epoch = epoch
        self.store = parts.store
        self.jobs = parts.jobs
        self.planner = parts.planner
        self.objects = parts.objects
        self.tracer = parts.tracer
        self.logger = parts.logger
        self.finalEventPatience = parts.finalEventPatience
    }

    /// Commits the intents in one transaction. Returns whether each was committed, or its row has moved on. A task
    /// whose row is locked is left out: it stays queued, and holds up no other.
    func begin(_ tasks: [QueuedTask]) async throws -> [TaskID: Bool] {
        let intents = tasks.map { task in
            TaskIntent(
                task: task.attempt.task,
                attempt: task.attempt.number,
                jobName: task.plan.jobName,
                gpus: task.plan.demand.gpus
            )
        }
        let begun = try await self.store.begin(intents, epoch: self.epoch)
        var outcomes = Dictionary(begun.map { ($0, true) }) { first, _ in first }
        let doubtful = intents.filter { !begun.contains($0.task) }
        if doubtful.isEmpty { return outcomes }
        for intent in doubtful { outcomes[intent.task] = false }
        let numbers = Dictionary(doubtful.map { ($0.task, $0.attempt) }, uniquingKeysWith: max)
        for row in try await self.store.tasks(numbers.keys).tasks {
            let number = numbers[row.id] ?? 0
            if row.state == .queued, row.attempt == number - 1 {
                outcomes[row.id] = nil
            } else {
                // An earlier try may have been committed although its answer was lost.
                outcomes[row.id] = row.state == .running && row.attempt == number && row.epoch == self.epoch
            }
        }
        return outcomes
    }

    /// - Parameter now: by the term's clock.
    func perform(
        _ step: AttemptStep,
        _ id: AttemptID,
        jobName: String,
        now: Timestamp,
        onRow: RowHandler
    ) async throws -> StepOutcome {
        switch step {
        case .submit: return try await self.submit(id, now: now)
        case .confirm: return try await self.confirm(id, onAlive: onRow)
        case .lookUp: return try await self.jobs.find(jobName, id)
        case .record(let uid, let stop): return try await self.record(id, uid: uid, stop: stop?.failure)
        case .delete(let uid): return try await self.jobs.delete(jobName, uid: uid)
        case .findResult: return try await self.findResult(id)
        case .write(let verdict):
            if let row = try await self.write(verdict, id) { onRow(row) }
            return .written
        case .release, .forget: return .written  // The core's own business.
        }
    }

    /// Checks the row of an attempt that was only seen in the cluster. A deposed dispatcher sees its successor's jobs
    /// like this, so without the lease there is no answer yet: after a step of the database's clock it may be renewed.
    private func confirm(_ id: AttemptID, onAlive: RowHandler) async throws -> StepOutcome {
        let row = try await self.store.task(id.task)
        guard try await self.store.isLeaseHeld(TaskStore.dispatcherLease, epoch: self.epoch) else { return .postponed }
        guard let row else { return try await self.store.wasDeleted(id.task, attempt: id.number) ? .ended : .foreign }
        guard row.attempt >= id.number else { return .foreign }
        guard row.state == .running, row.attempt == id.number else { return .ended }
        onAlive(row)
        return .alive
    }

    private func submit(_ id: AttemptID, now: Timestamp) async throws -> StepOutcome {
        guard let row = try await self.store.task(id.task), row.state == .running, row.attempt == id.number else {
            return .ended
        }
        let job: RenderedJob
        do {
            job = try self.planner.job(of: row, attempt: id)
        } catch let error as TemplateError {
            // The intent may be of a dispatcher that already has a newer template.
            let age = now - (row.started ?? row.updated)
            guard age >= RowMirror.templatePatience else { return .postponed }
            return .refused(TaskFailure(error))
        }
        let started = Timestamp.now()
        let outcome = try await self.jobs.create(job, id, trace: row.trace?.traceID)
        if case .found(let uid) = outcome {
            self.trace(row, createdSince: started)
            self.logger.info(
                "job created",
                [.task: "\(id.task)", .attempt: "\(id.number)", .job: job.name, .trace: row.trace?.traceID]
            )
            _ = try await self.store.recordJob(id.task, attempt: id.number, epoch: self.epoch, uid: uid)
        }
        return outcome
    }

    /// Records spans for the task's wait and the creation of its job.
    private func trace(_ row: TaskRow, createdSince started: Timestamp) {
        guard let trace = row.trace else { return }
        let attributes = row.spanAttributes
        if let begun = row.started {
            self.tracer.record(Span("wait", parent: trace, start: row.queued, end: begun, attributes: attributes))
        }
        self.tracer.record(
            Span("create job", kind: .client, parent: trace, start: started, end: .now(), attributes: attributes)
        )
    }

    private func record(_ id: AttemptID, uid: String, stop: TaskFailure?) async throws -> StepOutcome {
        if try await self.store.recordJob(id.task, attempt: id.number, epoch: self.epoch, uid: uid, stop: stop) {
            return .written
        }
        // It has ended, or another dispatcher leads and decides about it.
        return try await self.isEnded(id) ? .written : .postponed
    }

    private func findResult(_ id: AttemptID) async throws -> StepOutcome {
        if try await self.isEnded(id) { return .ended }
        let key = OutputKey.video(task: id.task, attempt: id.number)
        guard let object = try await self.objects.head(key) else { return .nothingDelivered }
        try await LoopClock().sleep(for: self.finalEventPatience)
        if try await self.isEnded(id) { return .ended }
        return .delivered(TaskResult(key: key, size: object.size))
    }

    private func isEnded(_ id: AttemptID) async throws -> Bool {
        guard let row = try await self.store.task(id.task) else { return true }
        return row.state != .running || row.attempt != id.number
    }

    private func write(_ verdict: Verdict, _ id: AttemptID) async throws -> TaskRow? {
        switch verdict {
        case .ended(let outcome):
            if let row = try await self.store.finish(id.task, attempt: id.number, epoch: self.epoch, as: outcome) {
                return row
            }
            // An earlier try may have been committed although its answer was lost.
            guard let row = try await self.store.task(id.task), row.attempt == id.number, row.state == outcome.state
            else { return nil }
            return row
        case .requeued(let failure, let notBefore, let isForgiven):
            let isQueued = try await self.store.requeue(
                id.task,
                attempt: id.number,
                epoch: self.epoch,
                notBefore: notBefore,
                because: failure,
                isForgiven: isForgiven
            )
            if isQueued { return try await self.store.task(id.task) }
            // It was cancelled meanwhile, or the row has moved on; then this changes nothing.
            guard let row = try await self.store.task(id.task), row.attempt == id.number else { return nil }
            if row.state == .queued { return row }
            guard row.cancelRequested != nil else { return nil }
            return try await self.store.finish(id.task, attempt: id.number, epoch: self.epoch, as: .cancelled)
        }
    }
}
