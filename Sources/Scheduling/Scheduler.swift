/// Decides which waiting jobs start now. Pure: all it knows it was told, time included.
///
/// - Classes go by rank; who waits long rises, by user. Within a class users share by GPU-seconds and weight.
/// - The first job that has no room gets a reservation: others pass it only if they do not delay it.
/// - What is admitted has a place, pod by pod.
///
/// The same facts in the same order give the same decisions. Here jobs get their names; ``SchedulerCore`` decides.
package struct Scheduler<ID: Hashable & Sendable>: Sendable {
    private(set) var core: SchedulerCore
    private(set) var numbers = JobNumbers<ID>()

    package init(policy: SchedulingPolicy = SchedulingPolicy()) { self.core = SchedulerCore(policy: policy) }

    package var policy: SchedulingPolicy { self.core.policy }

    // MARK: What is told

    /// The nodes as they are now. Jobs that run keep their GPUs.
    package mutating func setNodes(_ nodes: [NodeCapacity]) { self.core.setNodes(nodes) }

    /// What is due to the users who have something of their own; it replaces what was said before.
    package mutating func setUsers(_ users: [String: UserPolicy]) { self.core.setUsers(users) }

    /// All that is paused; it replaces what was said before.
    package mutating func setPauses(_ pauses: Set<PauseTarget>) { self.core.setPauses(pauses) }

    /// Takes how users stood with a scheduler before this one, and which charges are in that. Before any job is told.
    ///
    /// Of these jobs those that run are to be told by ``occupy(_:)``, and each of the others by ``settle(_:held:)``.
    package mutating func restore(_ standings: [Standing], charges: [Charge<ID>]) {
        self.core.restore(standings)
        for charge in charges where self.numbers[charge.id] == nil {
            self.core.restoredCharges[self.numbers.number(of: charge.id)] = charge.unnamed
        }
    }

    /// Jobs that were charged by a scheduler before this one, and of which nothing was heard since.
    package var unsettled: [ID] { self.core.restoredCharges.keys.sorted().compactMap { self.numbers.id($0) } }

    /// A job of ``unsettled`` runs no longer, or never did: what was charged too much for it is given back.
    ///
    /// - Parameter held: how long it held its GPUs, as far as its user pays for that.
    package mutating func settle(_ id: ID, held: Duration) {
        guard let number = self.numbers[id], self.core.restoredCharges[number] != nil else { return }
        self.core.settle(number, held: held)
        self.numbers.remove(id)
    }

    /// Adds a job that waits; one that waits already is replaced. One that runs is left alone.
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

    /// Forgets a job that waits.
    package mutating func dequeue(_ id: ID) {
        guard let number = self.numbers[id], self.core.isQueued(number) else { return }
        self.core.dequeue(number)
        self.numbers.remove(id)
    }

    /// Records a job that runs already, as after a restart. One that is known is replaced, and stays where it is.
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

    /// Corrects the plan by what Kubernetes did with the job's pods.
    package mutating func place(_ id: ID, on placement: Placement) {
        if let number = self.numbers[id] { self.core.place(number, on: placement) }
    }

    /// Corrects when a running job is expected to end, as its progress shows.
    package mutating func expectEnd(of id: ID, at time: Duration) {
        if let number = self.numbers[id] { self.core.expectEnd(of: number, at: time) }
    }

    /// The job's pods have ended: its GPUs are free.
    package mutating func release(_ id: ID, _ ending: Ending, now: Duration) {
        guard let number = self.numbers[id], self.core.running.contains(number) else { return }
        self.core.release(number, ending, now: now)
        self.numbers.remove(id)
    }

    /// Learns from a job that completed before this scheduler was there. Oldest first.
    ///
    /// - Parameter estimate: the template's, as it is today.
    package mutating func learn(_ workload: Workload, estimate: Duration, took duration: Duration) {
        self.core.durations.learn(workload, estimate: estimate, took: duration)
    }

    // MARK: What follows

    /// The jobs that start now, and those that are to be ended for one that waits.
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

    /// When ``admit(now:)`` may give more without anything else happening.
    package func nextChange(after now: Duration) -> Duration? { self.core.nextChange(after: now) }

    /// Where every queued job stands, in the order in which they are expected to start.
    package func waits(now: Duration) -> WaitForecast<ID> {
        WaitForecast(self.core, numbers: self.numbers, now: now)
    }

    // MARK: What is known

    package func isQueued(_ id: ID) -> Bool { self.numbers[id].map { self.core.isQueued($0) } ?? false }

    /// How users stand, for a scheduler that takes over from this one.
    package func standings(now: Duration) -> [Standing] { self.core.standings(now: now) }

    /// What the users of the jobs that hold GPUs were charged with for them: it is in the standings.
    package var charges: [Charge<ID>] {
        self.core.running.jobs.compactMap { number in
            guard let job = self.core.running[number], let user = job.user, let id = self.numbers.id(number) else {
                return nil
            }
            return Charge(id: id, user: self.core.queue.accounts[user].user, gpus: job.cost, amount: job.charged)
        }
    }

    package var queuedCount: Int { self.core.queuedCount }

    /// Of each class, by its rank, how many wait and since when.
    package var depths: [ClassDepth] { self.core.depths }

    /// Cards that are free and kept for the first job that has no room.
    package var kept: Int { self.core.kept }

    /// Cards that jobs may have in all.
    package var capacity: Int { self.core.cluster.capacity }

    /// Cards promised to jobs that run or start.
    package var promised: Int { self.core.running.cards }
}
