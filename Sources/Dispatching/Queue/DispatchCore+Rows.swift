package import MaaSCore
package import Scheduling

extension DispatchCore {
    /// Takes what a row says now.
    package mutating func take(_ row: RowFact, now: Timestamp) {
        switch row {
        case .queued(let task): self.enqueue(task)
        case .running(let task):
            self.adopt(task, now: now)
            if task.isCancelRequested { self.cancel(task.attempt.task) }
            if let end = task.expectedEnd { self.scheduler.expectEnd(of: task.attempt, at: end.sinceEpoch) }
        case .over(let task): self.dequeue(task)
        }
    }

    /// Tasks that wait.
    package var queuedTasks: Set<TaskID> { Set(self.queued.keys) }

    /// Of each class, by its rank, how many wait, and since when the one does that waits longest.
    package var depths: [(count: Int, oldest: Timestamp?)] {
        self.scheduler.depths.map { ($0.count, $0.oldest.map { Timestamp(sinceEpoch: $0) }) }
    }

    /// Whether the task waits.
    package func isQueued(_ id: TaskID) -> Bool { self.queued[id] != nil }

    /// Attempts that are on their way or running.
    package var activeAttempts: Set<AttemptID> { Set(self.attempts.ids).union(self.beginning.keys) }

    // MARK: Comparing

    /// Begins a comparison with all rows; they are to be read after this.
    package func beginSweep() -> RowSweep { RowSweep(queued: self.queuedTasks, active: self.activeAttempts) }

    /// Takes which tasks the rows say are queued, and all that are running. Returns those whose rows are to be read:
    /// tasks nobody told of, and tasks that wait here and not there.
    package mutating func finish(
        _ sweep: RowSweep,
        queued: Set<TaskID>,
        running: [RunningTask],
        now: Timestamp
    ) -> Set<TaskID> {
        let unknown = queued.subtracting(sweep.queued).filter { task in
            !self.isQueued(task) && !self.beginning.keys.contains { $0.task == task }
        }
        // Of those known before the question only: one that began meanwhile is missing in the answer.
        let rows = Set(running.map(\.attempt))
        for id in self.attempts.ids where sweep.active.contains(id) {
            self.attempts[id]?.observeRow(isRunning: rows.contains(id), now: now)
        }
        self.forgotten = self.forgotten.filter { now < $0.value + Self.memory }
        // A beginning whose answer was lost, or that could not be refused, is taken up here.
        for task in running { self.take(.running(task), now: now) }
        let missing = sweep.queued.subtracting(queued).filter { self.isQueued($0) }
        return unknown.union(missing)
    }

    // MARK: Policy

    /// Takes what users are entitled to; those who are not named have what the configuration says.
    package mutating func setUsers(_ users: [String: UserPolicy]) { self.scheduler.setUsers(users) }

    /// Takes all that is paused.
    package mutating func setPauses(_ pauses: Set<PauseTarget>) { self.scheduler.setPauses(pauses) }

    /// Takes how users stood with the dispatcher that led before, and which charges are in that. Before any row.
    package mutating func restore(_ standings: [Standing], charges: [Charge<AttemptID>]) {
        self.scheduler.restore(standings, charges: charges)
    }

    /// Attempts that were charged by the dispatcher that led before, and of which no row said that they run.
    package var unsettledAttempts: [AttemptID] { self.scheduler.unsettled }

    /// Takes how long such an attempt held GPUs that its user pays for: none of an attempt that never began, or was not the
    /// last one.
    package mutating func settle(_ attempt: AttemptID, held: Duration) {
        self.scheduler.settle(attempt, held: held)
    }

    /// How users stand, for the dispatcher that leads next.
    package func standings(now: Timestamp) -> [Standing] { self.scheduler.standings(now: now.sinceEpoch) }

    /// What is in them of attempts that hold GPUs, or are about to.
    package var charges: [Charge<AttemptID>] { self.scheduler.charges }

    /// Learns from tasks that completed before this term, oldest first.
    ///
    /// - Parameter estimate: the template's, as it is today.
    package mutating func learn(_ workload: Workload, estimate: Duration, took duration: Duration) {
        self.scheduler.learn(workload, estimate: estimate, took: duration)
    }

    // MARK: One by one

    /// Adds a task whose row says QUEUED. One that is known is left as it is.
    mutating func enqueue(_ task: QueuedTask) {
        let id = task.attempt.task
        guard self.queued[id] == nil, self.beginning[task.attempt] == nil, self.attempts[task.attempt] == nil else {
            return
        }
        self.queued[id] = task
        self.scheduler.enqueue(task.schedulerJob)
    }

    /// Forgets a task whose row no longer says QUEUED.
    private mutating func dequeue(_ id: TaskID) {
        guard let task = self.queued.removeValue(forKey: id) else { return }
        self.scheduler.dequeue(task.attempt)
        self.stoppedEarly[task.attempt] = nil
    }

    /// Takes over a task whose row says RUNNING. What the cluster showed of it before is kept.
    private mutating func adopt(_ task: RunningTask, now: Timestamp) {
        let known = self.attempts[task.attempt]
        guard known?.claim != .ours, self.beginning[task.attempt] == nil, self.forgotten[task.attempt] == nil else {
            return
        }
        self.dequeue(task.attempt.task)
        var attempt = Attempt(
            id: task.attempt,
            name: task.plan.jobName,
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

    /// The user wants the running task to end.
    private mutating func cancel(_ id: TaskID) {
        // Its row may say RUNNING although it waits here: the answer to its beginning was lost.
        if let task = self.queued[id] { self.stoppedEarly[task.attempt] = .cancelled }
        for attempt in self.attempts.ids where attempt.task == id { self.attempts[attempt]?.stop(.cancelled) }
        for attempt in self.beginning.keys where attempt.task == id { self.stoppedEarly[attempt] = .cancelled }
    }
}
