package import MaaSCore
package import Scheduling

extension DispatchCore {
    /// Applies the state of a row.
    package mutating func take(_ row: RowFact, now: Timestamp) {
        switch row {
        case .queued(let task): self.enqueue(task)
        case .running(let task):
            self.adopt(task, now: now)
            self.update(task.attempt, isCancelRequested: task.isCancelRequested, expectedEnd: task.expectedEnd)
        case .runningStill(let attempt, let isCancelRequested, let expectedEnd):
            self.update(attempt, isCancelRequested: isCancelRequested, expectedEnd: expectedEnd)
        case .over(let task): self.dequeue(task)
        }
    }

    /// The queued tasks.
    package var queuedTasks: Set<TaskID> { Set(self.queued.keys) }

    /// For each class, by rank: the number of queued tasks, and since when the oldest has waited.
    package var depths: [(count: Int, oldest: Timestamp?)] {
        self.scheduler.depths.map { ($0.count, $0.oldest.map { Timestamp(sinceEpoch: $0) }) }
    }

    /// Whether the task is queued.
    package func isQueued(_ id: TaskID) -> Bool { self.queued[id] != nil }

    /// Whether an attempt whose row is RUNNING needs no ``RunningTask``: it is led here already, or it is over.
    package func isKnown(_ id: AttemptID) -> Bool {
        self.attempts[id]?.claim == .ours || self.beginning[id] != nil || self.forgotten[id] != nil
    }

    /// Attempts that are beginning or running.
    package var activeAttempts: Set<AttemptID> { Set(self.attempts.ids).union(self.beginning.keys) }

    // MARK: Comparing

    /// Begins a comparison with all rows, which must be read after this, and those that are RUNNING taken.
    package func beginSweep() -> RowSweep { RowSweep(queued: self.queuedTasks, active: self.activeAttempts) }

    /// Compares with the rows: all that are QUEUED and all that are RUNNING. Returns the tasks whose rows must be read:
    /// those unknown here, and those queued here but not in the rows.
    ///
    /// - Parameter unread: the tasks whose rows are RUNNING but cannot be read. Their attempts are left alone.
    package mutating func finish(
        _ sweep: RowSweep,
        queued: Set<TaskID>,
        running: Set<AttemptID>,
        unread: Set<TaskID> = [],
        now: Timestamp
    ) -> Set<TaskID> {
        let unknown = queued.subtracting(sweep.queued).filter { task in
            !self.isQueued(task) && !self.beginning.keys.contains { $0.task == task }
        }
        // Only attempts known before the query: one that began since is missing from its result.
        for id in self.attempts.ids where sweep.active.contains(id) && !unread.contains(id.task) {
            self.attempts[id]?.observeRow(isRunning: running.contains(id), now: now)
        }
        self.forgotten = self.forgotten.filter { now < $0.value + Self.memory }
        let missing = sweep.queued.subtracting(queued).filter { self.isQueued($0) }
        return unknown.union(missing)
    }

    // MARK: Policy

    /// Sets the users' policies; users not named get the configured defaults.
    package mutating func setUsers(_ users: [String: UserPolicy]) { self.scheduler.setUsers(users) }

    /// Sets everything that is paused.
    package mutating func setPauses(_ pauses: Set<PauseTarget>) { self.scheduler.setPauses(pauses) }

    /// Restores the users' standings from the previous leader, and the charges that these include. Must precede any
    /// row.
    package mutating func restore(_ standings: [Standing], charges: [Charge<AttemptID>]) {
        self.scheduler.restore(standings, charges: charges)
    }

    /// Attempts that the previous leader charged and that no row shows as RUNNING.
    package var unsettledAttempts: [AttemptID] { self.scheduler.unsettled }

    /// Settles how long such an attempt held GPUs at its user's expense: zero for an attempt that never began or was
    /// not the last one.
    package mutating func settle(_ attempt: AttemptID, held: Duration) {
        self.scheduler.settle(attempt, held: held)
    }

    /// The users' standings, for the next leader.
    package func standings(now: Timestamp) -> [Standing] { self.scheduler.standings(now: now.sinceEpoch) }

    /// The charges in the standings for attempts that hold GPUs, or are about to.
    package var charges: [Charge<AttemptID>] { self.scheduler.charges }

    /// Learns from a task that completed before this term; to be called oldest first.
    /// - Parameter estimate: the template's current one.
    package mutating func learn(_ workload: Workload, estimate: Duration, took duration: Duration) {
        self.scheduler.learn(workload, estimate: estimate, took: duration)
    }

    // MARK: Single rows

    /// Adds a task whose row is QUEUED, unless it is known.
    mutating func enqueue(_ task: QueuedTask) {
        let id = task.attempt.task
        // Also while another attempt of it is beginning: the row was read before or after that, and is read again.
        guard self.queued[id] == nil, self.attempts[task.attempt] == nil,
            !self.beginning.keys.contains(where: { $0.task == id })
        else { return }
        self.queued[id] = task
        self.scheduler.enqueue(task.schedulerJob)
    }

    /// Forgets a task whose row is no longer QUEUED.
    private mutating func dequeue(_ id: TaskID) {
        guard let task = self.queued.removeValue(forKey: id) else { return }
        self.scheduler.dequeue(task.attempt)
        self.stoppedEarly[task.attempt] = nil
    }

    /// Adopts a task whose row is RUNNING, with what the cluster showed of it before. Its beginning may have been
    /// committed although the answer was lost.
    private mutating func adopt(_ task: RunningTask, now: Timestamp) {
        if self.isKnown(task.attempt) { return }
        let known = self.attempts[task.attempt]
        self.dequeue(task.attempt.task)
        var attempt = Attempt(
            id: task.attempt,
            jobName: task.plan.jobName,
            deadline: task.startedAt + task.plan.timeLimit + self.policy.attempts.deadlineSlack,
            forgiven: task.forgiven,
            policy: self.policy.attempts,
            isAdopted: true,
            jobUID: task.jobUID,
            stop: task.stop
        )
        if let known { attempt.inherit(known, now: now) }
        self.attempts[task.attempt] = attempt
        self.scheduler.occupy(task.schedulerJob)
    }

    /// Applies what changes while a task runs.
    private mutating func update(_ id: AttemptID, isCancelRequested: Bool, expectedEnd: Timestamp?) {
        if isCancelRequested { self.cancel(id.task) }
        if let expectedEnd { self.scheduler.expectEnd(of: id, at: expectedEnd.sinceEpoch) }
    }

    /// Cancels the running task at its user's request.
    private mutating func cancel(_ id: TaskID) {
        // Its row may be RUNNING although it is queued here: the answer to its beginning was lost.
        if let task = self.queued[id] { self.stoppedEarly[task.attempt] = .cancelled }
        for attempt in self.attempts.ids where attempt.task == id { self.attempts[attempt]?.stop(.cancelled) }
        for attempt in self.beginning.keys where attempt.task == id { self.stoppedEarly[attempt] = .cancelled }
    }
}
