/// Decides which queued jobs start now. Pure: everything is passed in, including time.
/// - Classes are ordered by rank; waiting users rise. Within a class, users share GPU-seconds by weight.
/// - The first job that does not fit gets a reservation: others pass it only if they do not delay it.
/// - Each admitted job has a place for every pod.
///
/// The same facts in the same order give the same decisions. This type maps jobs to numbers; ``SchedulerCore`` decides.
package struct Scheduler<ID: Hashable & Sendable>: Sendable {
    private(set) var core: SchedulerCore
    private(set) var numbers = JobNumbers<ID>()

    package init(policy: SchedulingPolicy = SchedulingPolicy()) { self.core = SchedulerCore(policy: policy) }

    // MARK: Inputs

    /// Sets the nodes. Running jobs keep their GPUs.
    package mutating func setNodes(_ nodes: [NodeCapacity]) { self.core.setNodes(nodes) }

    /// Replaces the policies of users who have their own.
    package mutating func setUsers(_ users: [String: UserPolicy]) { self.core.setUsers(users) }

    /// Replaces everything that is paused.
    package mutating func setPauses(_ pauses: Set<PauseTarget>) { self.core.setPauses(pauses) }

    /// Restores the standings of the previous scheduler, and the charges that these include. Must precede any job.
    ///
    /// Each of the charged jobs must then be passed to ``occupy(_:)`` if it runs, else to ``settle(_:held:)``.
    package mutating func restore(_ standings: [Standing], charges: [Charge<ID>]) {
        self.core.restore(standings)
        for charge in charges where self.numbers[charge.id] == nil {
            self.core.restoredCharges[self.numbers.number(of: charge.id)] = charge.unnamed
        }
    }

    /// Jobs charged by the previous scheduler and not reported since.
    package var unsettled: [ID] { self.core.restoredCharges.keys.sorted().compactMap { self.numbers.id($0) } }

    /// Refunds the excess charge of a job of ``unsettled`` that no longer runs, or never did.
    /// - Parameter held: how long it held GPUs at its user's expense.
    package mutating func settle(_ id: ID, held: Duration) {
        guard let number = self.numbers[id], self.core.restoredCharges[number] != nil else { return }
        self.core.settle(number, held: held)
        self.numbers.remove(id)
    }

    /// Adds or replaces a queued job. A running one is left alone.
    package mutating func enqueue(_ job: QueuedJob<ID>) {
        let number = self.numbers.number(of: job.id)
        guard !self.core.running.contains(number) else { return }
        self.core.enqueue(
            number,
            user: job.user,
            priority: job.priority,
            queuedAt: job.queuedAt,
            work: Work(workload: job.workload, demand: job.demand, estimate: job.expectedDuration),
            notBefore: job.notBefore
        )
    }

    /// Removes a queued job.
    package mutating func dequeue(_ id: ID) {
        guard let number = self.numbers[id], self.core.isQueued(number) else { return }
        self.core.dequeue(number)
        self.numbers.remove(id)
    }

    /// Adds a job that runs already, as after a restart. A known one is replaced in its place.
    package mutating func occupy(_ job: RunningJob<ID>) {
        self.core.occupy(
            self.numbers.number(of: job.id),
            user: job.user,
            priority: job.priority,
            startedAt: job.startedAt,
            work: Work(workload: job.workload, demand: job.demand, estimate: job.expectedDuration),
            isPreempted: job.isPreempted
        )
    }

    /// Replaces the planned placement with the actual one.
    package mutating func place(_ id: ID, on placement: Placement) {
        if let number = self.numbers[id] { self.core.place(number, on: placement) }
    }

    /// Updates the expected end of a running job, by its progress.
    package mutating func expectEnd(of id: ID, at time: Duration) {
        if let number = self.numbers[id] { self.core.expectEnd(of: number, at: time) }
    }

    /// Frees the GPUs of a job whose pods have ended.
    package mutating func release(_ id: ID, _ ending: Ending, now: Duration) {
        guard let number = self.numbers[id], self.core.running.contains(number) else { return }
        self.core.release(number, ending, now: now)
        self.numbers.remove(id)
    }

    /// Settles a job that is over for its user, although its pods have not ended: its GPUs stay taken until it is
    /// released, but no longer count against the limits of its user and its template.
    package mutating func disown(_ id: ID, _ ending: Ending, now: Duration) {
        if let number = self.numbers[id] { self.core.disown(number, ending, now: now) }
    }

    /// Learns from a job that completed before this scheduler existed; to be called oldest first.
    /// - Parameter estimate: the template's current one.
    package mutating func learn(_ workload: Workload, estimate: Duration, took duration: Duration) {
        self.core.durations.learn(workload, estimate: estimate, took: duration)
    }

    // MARK: Decisions

    /// Returns the jobs that start now, and those to be ended for a queued one.
    package mutating func admit(now: Duration) -> Decisions<ID> {
        let (starts, preemptions) = self.core.admit(now: now)
        var decisions = Decisions<ID>()
        for start in starts {
            guard let id = self.numbers.id(start.job) else { continue }
            decisions.admissions.append(.init(id: id, placement: self.core.placement(of: start.job)))
        }
        for (victim, beneficiary) in preemptions {
            guard let victim = self.numbers.id(victim), let beneficiary = self.numbers.id(beneficiary) else { continue }
            decisions.preemptions.append(.init(victim: victim, beneficiary: beneficiary))
        }
        return decisions
    }

    /// When ``admit(now:)`` may return more without further input.
    package func nextChange(after now: Duration) -> Duration? { self.core.nextChange(after: now) }

    /// The positions of all queued jobs, in the expected order of their starts.
    package func waits(now: Duration) -> WaitForecast<ID> {
        WaitForecast(self.core, numbers: self.numbers, now: now)
    }

    // MARK: State

    /// The users' standings, for the next scheduler.
    package func standings(now: Duration) -> [Standing] { self.core.standings(now: now) }

    /// The charges for jobs that hold GPUs; the standings include them.
    package var charges: [Charge<ID>] {
        self.core.running.jobs.compactMap { number in
            guard let job = self.core.running[number], let user = job.user, let id = self.numbers.id(number) else {
                return nil
            }
            return Charge(id: id, user: self.core.queue.accounts[user].user, gpus: job.cost, amount: job.charged)
        }
    }

    /// For each class, by rank: how many jobs wait, and since when.
    package var depths: [ClassDepth] { self.core.depths }

    /// Free cards kept for the first job that does not fit.
    package var kept: Int { self.core.kept }

    /// Cards available to jobs.
    package var capacity: Int { self.core.cluster.capacity }

    /// Cards promised to jobs that run or start.
    package var promised: Int { self.core.running.cards }
}
