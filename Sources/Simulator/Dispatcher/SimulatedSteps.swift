internal import Dispatching
internal import MaaSCore
internal import Scheduling

/// A model of `StepRunner`, `JobClient` and `JobPlanner`, with the same calls in the same order.
final class SimulatedSteps: @unchecked Sendable {  // Of one world, whose thread it stays on.
    private let life: Life
    private unowned let world: World

    init(life: Life, world: World) {
        self.life = life
        self.world = world
    }

    // MARK: Plans

    func plan(_ row: SimulatedRow, attempt: Int, epoch: Int) -> JobPlan {
        let task = self.world.scenario.tasks[row.index]
        let number = self.world.mutation == .namesJobsByEpoch ? epoch : attempt
        return JobPlan(
            jobName: "t-\(row.id)-\(number)",
            workload: Workload(template: "t", gpus: task.gpusPerPod.reduce(0, +)),
            demand: Demand(gpusPerPod: task.gpusPerPod, spreadsPods: task.spreadsPods),
            expectedDuration: task.estimate,
            timeLimit: task.timeLimit
        )
    }

    private func request(_ row: SimulatedRow, _ id: AttemptID, name: String, epoch: Int) -> JobRequest {
        let task = self.world.scenario.tasks[row.index]
        let attempt = task.attempts[min(id.number, task.attempts.count) - 1]
        return JobRequest(
            name: name,
            attempt: id,
            epoch: epoch,
            gpusPerPod: task.gpusPerPod,
            spreadsPods: task.spreadsPods,
            script: attempt.script,
            duration: attempt.duration
        )
    }

    // MARK: Steps

    func begin(_ tasks: [QueuedTask], epoch: Int) async throws -> Set<TaskID> {
        let (cluster, database) = (self.world.cluster, self.world.database)
        var begun = try await self.life.call(.database) {
            var begun: Set<TaskID> = []
            for task in tasks {
                let id = task.attempt
                let isBegun = database.begin(
                    id.task,
                    attempt: id.number,
                    epoch: epoch,
                    jobName: task.plan.jobName,
                    gpus: task.plan.demand.gpus
                )
                guard isBegun else { continue }
                begun.insert(id.task)
                cluster.noteBegin(of: id, index: database.task(id.task)?.index ?? -1)
            }
            return begun
        }
        let doubtful = tasks.map(\.attempt).filter { !begun.contains($0.task) }
        if doubtful.isEmpty { return begun }
        let rows = try await self.life.call(.database) { doubtful.map { database.task($0.task) } }
        for (id, row) in zip(doubtful, rows)
        where row?.state == .running && row?.attempt == id.number && row?.epoch == epoch { begun.insert(id.task) }
        return begun
    }

    func perform(
        _ step: AttemptStep,
        _ id: AttemptID,
        jobName: String,
        epoch: Int,
        onRow: (SimulatedRow) -> Void
    ) async throws -> StepOutcome {
        switch step {
        case .submit: return try await self.submit(id, jobName, epoch)
        case .confirm: return try await self.confirm(id, epoch, onAlive: onRow)
        case .lookUp:
            let cluster = self.world.cluster
            if self.world.mutation == .remakesWhatIsGone, let row = try await self.row(id.task) {
                return try await self.create(self.request(row, id, name: jobName, epoch: epoch), index: row.index)
            }
            return try await self.life.call(.kubernetes) {
                if let job = cluster.find(jobName), job.attempt == id { return .found(uid: job.uid) }
                cluster.giveUp(id)
                return .notFound
            }
        case .record(let uid, let stop):
            let database = self.world.database
            let isNoted = try await self.life.call(.database) {
                database.recordJob(id.task, attempt: id.number, epoch: epoch, uid: uid, stop: stop)
            }
            if isNoted { return .written }
            return try await self.isEnded(id) ? .written : .postponed
        case .delete(let uid):
            let (cluster, world) = (self.world.cluster, self.world)
            return try await self.life.call(.kubernetes) {
                world.checkDeletion(of: id)
                return cluster.delete(jobName, uid: uid) ? .deleted : .notFound
            }
        case .findResult: return try await self.findResult(id)
        case .write(let verdict):
            if let row = try await self.write(verdict, id, epoch) { onRow(row) }
            return .written
        case .release, .forget: return .written
        }
    }

    private func row(_ id: TaskID) async throws -> SimulatedRow? {
        let database = self.world.database
        return try await self.life.call(.database) { database.task(id) }
    }

    private func confirm(_ id: AttemptID, _ epoch: Int, onAlive: (SimulatedRow) -> Void) async throws -> StepOutcome {
        let database = self.world.database
        if self.world.mutation == .endsLeftoversUnasked { return .ended }
        let row = try await self.row(id.task)
        guard try await self.life.call(.database, { database.isLeaseHeld(epoch: epoch) }) else { return .postponed }
        guard let row, row.attempt >= id.number else { return .foreign }
        guard row.state == .running, row.attempt == id.number else { return .ended }
        onAlive(row)
        return .alive
    }

    private func submit(_ id: AttemptID, _ jobName: String, _ epoch: Int) async throws -> StepOutcome {
        guard let row = try await self.row(id.task), row.state == .running, row.attempt == id.number else {
            return .ended
        }
        let outcome = try await self.create(self.request(row, id, name: jobName, epoch: epoch), index: row.index)
        if case .found(let uid) = outcome {
            let database = self.world.database
            try await self.life.call(.database) {
                _ = database.recordJob(id.task, attempt: id.number, epoch: epoch, uid: uid)
            }
        }
        return outcome
    }

    private func create(_ request: JobRequest, index: Int) async throws -> StepOutcome {
        let cluster = self.world.cluster
        do {
            return .found(uid: try await self.life.call(.kubernetes) { try cluster.create(request, index: index) })
        } catch let refusal as KubernetesRefusal {
            switch refusal {
            case .alreadyExists:
                guard let present = try await self.life.call(.kubernetes, { cluster.find(request.name) }) else {
                    return .postponed
                }
                if present.attempt == request.attempt { return .found(uid: present.uid) }
                return .refused(TaskFailure(.nameTaken, message: "", isRetryable: true))
            case .invalid: return .refused(TaskFailure(.templateRejected, message: ""))
            case .webhookDown:
                // A 500 does not tell whether the job was created.
                if case .found(let uid) = try await self.find(request.name, request.attempt) { return .found(uid: uid) }
                return .postponed
            case .quotaExceeded:
                // An earlier try may have created it: quotas are checked before names.
                let present = try await self.find(request.name, request.attempt)
                return present == .notFound ? .noQuota : present
            }
        } catch CallError.timedOut {
            if self.world.mutation == .takesTimeoutsForRefusals {
                return .refused(TaskFailure(code: "UNREACHABLE", message: "", isRetryable: true))
            }
            if case .found(let uid) = try await self.find(request.name, request.attempt) { return .found(uid: uid) }
            return .postponed
        }
    }

    private func find(_ name: String, _ id: AttemptID) async throws -> StepOutcome {
        let cluster = self.world.cluster
        guard let job = try await self.life.call(.kubernetes, { cluster.find(name) }), job.attempt == id else {
            return .notFound
        }
        return .found(uid: job.uid)
    }

    private func findResult(_ id: AttemptID) async throws -> StepOutcome {
        let cluster = self.world.cluster
        if try await self.isEnded(id) { return .ended }
        if self.world.mutation == .neverLooksForFiles { return .nothingDelivered }
        let key = OutputKey.video(task: id.task, attempt: id.number)
        guard try await self.life.call(.objects, { cluster.outputs.contains(key) }) else { return .nothingDelivered }
        try await self.life.sleep(.seconds(3))
        if try await self.isEnded(id) { return .ended }
        return .delivered(TaskResult(key: key, size: 1))
    }

    private func isEnded(_ id: AttemptID) async throws -> Bool {
        guard let row = try await self.row(id.task) else { return true }
        return row.state != .running || row.attempt != id.number
    }

    private func write(_ verdict: Verdict, _ id: AttemptID, _ epoch: Int) async throws -> SimulatedRow? {
        let database = self.world.database
        switch verdict {
        case .ended(let outcome):
            if let row = try await self.life.call(
                .database,
                { database.finish(id.task, attempt: id.number, epoch: epoch, as: outcome) }
            ) {
                return row
            }
            guard let row = try await self.row(id.task), row.attempt == id.number, row.state == outcome.state
            else { return nil }
            return row
        case .requeued(let failure, let notBefore, let isForgiven):
            let isQueued = try await self.life.call(.database) {
                database.requeue(
                    id.task,
                    attempt: id.number,
                    epoch: epoch,
                    notBefore: notBefore,
                    because: failure,
                    isForgiven: isForgiven
                )
            }
            if isQueued { return try await self.row(id.task) }
            guard let row = try await self.row(id.task), row.attempt == id.number else { return nil }
            if row.state == .queued { return row }
            guard row.cancelRequested != nil else { return nil }
            return try await self.life.call(.database) {
                database.finish(id.task, attempt: id.number, epoch: epoch, as: .cancelled)
            }
        }
    }

    /// The mutation that creates the job before its intent is committed.
    func submitBeforeIntent(_ task: QueuedTask, epoch: Int) async throws -> StepOutcome {
        guard let row = try await self.row(task.attempt.task), row.state == .queued else { return .ended }
        let request = self.request(row, task.attempt, name: task.plan.jobName, epoch: epoch)
        return try await self.create(request, index: row.index)
    }
}
