package import MaaSCore
internal import Scheduling

/// The dispatcher's state and decisions: the queue, the attempts and the cluster's GPUs. Does no I/O.
///
/// Its mutating methods take facts, in any order and repeatedly; ``orders(now:)`` returns what to do about them.
package struct DispatchCore: Sendable {
    let policy: DispatchPolicy

    var scheduler: Scheduler<AttemptID>
    var queued: [TaskID: QueuedTask] = [:]
    /// Admitted tasks whose intent is being written to the row.
    var beginning: [AttemptID: QueuedTask] = [:]
    /// When to retry those for which the database did not answer.
    var retries: [AttemptID: Timestamp] = [:]
    var attempts = AttemptTable()
    /// Recently forgotten attempts, and when. A row read earlier may still be RUNNING; adopted again, such an attempt
    /// would wait for the end of a job that is gone.
    var forgotten: [AttemptID: Timestamp] = [:]
    /// Longer than the database takes to answer.
    static let memory = Duration.seconds(60)
    /// Attempts to be stopped as soon as their intent is written.
    var stoppedEarly: [AttemptID: StopReason] = [:]
    /// Orders that need no answer, not yet handed out.
    var pendingOrders: [DispatchOrder] = []
    var isClusterKnown = false
    var view = ClusterView()
    /// Nothing is started before this time, because a quota of the cluster was used up.
    var quotaBackoffUntil: Timestamp?

    package init(policy: DispatchPolicy) {
        self.policy = policy
        self.scheduler = Scheduler(policy: policy.scheduling)
    }

    // MARK: Orders and their outcomes

    /// Returns what to do now. Each beginning and each step must be answered by ``began(_:_:now:)`` or
    /// ``completed(_:_:_:now:)``.
    package mutating func orders(now: Timestamp) -> [DispatchOrder] {
        // A partial view of the cluster would end attempts that only look lost.
        guard self.isClusterKnown else { return [] }
        var orders = self.pendingOrders
        self.pendingOrders = []
        for id in self.attempts.due(now: now) { orders += self.steps(of: id, now: now) }
        for (id, time) in self.retries.sorted(by: { $0.key < $1.key }) where now >= time {
            self.retries[id] = nil
            if let task = self.beginning[id] { orders.append(.begin(task)) }
        }
        guard self.quotaBackoffUntil.map({ now >= $0 }) ?? true else { return orders }
        self.quotaBackoffUntil = nil
        // What was free may be taken, or gone. The requests of those that start now would fail as well.
        if self.view.isLost(at: now) { return orders }
        let decisions = self.scheduler.admit(now: now.sinceEpoch)
        for id in decisions.admissions.map(\.id) {
            guard let task = self.queued.removeValue(forKey: id.task) else { continue }
            self.beginning[id] = task
            orders.append(.begin(task))
        }
        for id in decisions.preemptions.map(\.victim) {
            if self.beginning[id] != nil, self.stoppedEarly[id] == nil { self.stoppedEarly[id] = .preempted }
            self.attempts[id]?.stop(.preempted)
            orders += self.steps(of: id, now: now)
        }
        return orders
    }

    /// Releasing and forgetting are internal to the core, and make the next step possible at once.
    private mutating func steps(of id: AttemptID, now: Timestamp) -> [DispatchOrder] {
        var orders: [DispatchOrder] = []
        while let step = self.attempts[id]?.takeStep(now: now, view: self.view), let attempt = self.attempts[id] {
            switch step {
            case .release:
                self.scheduler.release(id, attempt.ending, now: now.sinceEpoch)
                self.attempts[id]?.complete(step, .written, now: now)
                orders.append(.recordRelease(id))
            case .forget:
                self.attempts[id] = nil
                self.forgotten[id] = now
                if let job = attempt.lateJob { self.recordLateSighting(job, of: attempt, now: now) }
            default: orders.append(.step(id, jobName: attempt.jobName, step))
            }
        }
        // Pods on an unreachable node may stay for days, in which the user's other tasks, or its own next attempt,
        // would wait for a limit.
        if let attempt = self.attempts[id], attempt.isRemnant {
            self.scheduler.disown(id, attempt.ending, now: now.sinceEpoch)
        }
        self.attempts.didExamine(id, now: now, view: self.view)
        return orders
    }

    /// Records that the intent is in the row (`true`), or that the row had moved on (`false`).
    package mutating func began(_ id: AttemptID, _ isBegun: Bool, now: Timestamp) {
        guard let task = self.beginning.removeValue(forKey: id) else { return }
        let stop = self.stoppedEarly.removeValue(forKey: id)
        guard isBegun else { return self.scheduler.release(id, .interrupted, now: now.sinceEpoch) }
        var attempt = Attempt(
            id: id,
            jobName: task.plan.jobName,
            deadline: now + task.plan.timeLimit + self.policy.attempts.deadlineSlack,
            podCount: task.plan.demand.pods.count,
            forgiven: task.forgiven,
            policy: self.policy.attempts
        )
        if let stop { attempt.stop(stop) }
        self.attempts[id] = attempt
    }

    /// Records that the database did not answer. The row may be RUNNING nonetheless, so the GPUs stay promised.
    package mutating func beginPostponed(_ id: AttemptID, until time: Timestamp) {
        if self.beginning[id] != nil { self.retries[id] = time }
    }

    /// Records the outcome of a step.
    package mutating func completed(_ id: AttemptID, _ step: AttemptStep, _ outcome: StepOutcome, now: Timestamp) {
        if outcome == .noQuota { self.quotaBackoffUntil = now + self.policy.attempts.quotaBackoff }
        self.attempts[id]?.complete(step, outcome, now: now)
    }

    /// When ``orders(now:)`` may return more without a new fact.
    package func nextCheck(now: Timestamp) -> Timestamp? {
        let change = self.scheduler.nextChange(after: now.sinceEpoch).map { Timestamp(sinceEpoch: $0) }
        // Positions give its loss as their reason.
        let loss = self.view.lostAt.flatMap { now < $0 ? $0 : nil }
        let times = [change, loss, self.quotaBackoffUntil, self.attempts.nextCheck]
        return (times.compactMap { $0 } + self.retries.values).min()
    }
}
