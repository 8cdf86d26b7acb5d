/// Decides which waiting jobs start now. Pure: all it knows it was told, time included.
///
/// - Classes go by rank; who waits long rises, by user. Within a class users share by GPU-seconds and weight.
/// - The first job that has no room gets a reservation: others pass it only if they do not delay it.
/// - What is admitted has a place, pod by pod.
///
/// The same facts in the same order give the same decisions.
package struct Scheduler<ID: Hashable & Comparable & Sendable>: Sendable {
    package let policy: SchedulingPolicy
    private(set) var users: [String: UserPolicy] = [:]
    private(set) var pauses: Set<Pause> = []

    var queue: WaitingQueue<ID>
    var running = RunningSet<ID>()
    var cluster: Cluster
    var templates: TemplateTable
    var durations = DurationModel()
    /// The lane whose turn it was when there was no room for its job.
    var head: Int?
    /// The latest time that was told.
    private(set) var clock: Duration = .zero

    package init(policy: SchedulingPolicy = SchedulingPolicy()) {
        self.policy = policy
        self.queue = WaitingQueue(classes: policy.classes, aging: policy.aging)
        self.cluster = Cluster(limit: policy.capacity)
        self.templates = TemplateTable(limits: policy.templateLimits)
    }

    // MARK: The cluster

    /// The nodes as they are now. Jobs that run keep their GPUs.
    package mutating func setNodes(_ nodes: [NodeCapacity]) {
        guard !self.cluster.isOffered(nodes) else { return }
        self.cluster.set(nodes: nodes)
        self.settleAll()
    }

    /// Cards that jobs may have in all.
    package var capacity: Int { self.cluster.capacity }

    /// Cards promised to jobs that run or start.
    package var promised: Int { self.running.occupants.reduce(0) { $0 + $1.cards } }

    /// Takes from the nodes, which are as new, what the running jobs hold.
    private mutating func settleAll() {
        for id in self.running.ids.sorted() { self.running.update(id) { self.cluster.settle(&$0) } }
        self.applyHolds()
    }

    // MARK: Policy

    /// What is due to the users who have something of their own; it replaces what was said before.
    package mutating func setUsers(_ users: [String: UserPolicy]) {
        self.users = users
        self.applyHolds()
    }

    /// All that is paused; it replaces what was said before.
    package mutating func setPauses(_ pauses: Set<Pause>) {
        guard self.pauses != pauses else { return }
        self.pauses = pauses
        self.cluster.set(paused: Set(pauses.compactMap { if case .node(let name) = $0 { name } else { nil } }))
        self.settleAll()
    }

    /// Lets those wait for their turn who may start something.
    private mutating func applyHolds() {
        self.queue.holds.classes = Set(
            self.pauses.compactMap { if case .priorityClass(let rank) = $0 { rank } else { nil } }
        )
        self.queue.holds.shapes = Set(self.cluster.shapes.indices.filter { self.isHeld($0) })
        self.queue.setUsers(
            { self.users[$0] ?? self.policy.defaultUser },
            isPaused: { self.pauses.contains(.user($0)) },
            now: self.clock
        )
    }

    private func isHeld(_ shape: Int) -> Bool {
        self.cluster.fits[shape] != .somewhere
            || self.pauses.contains(.template(self.templates.name(self.cluster.shapes[shape].key.template)))
    }

    // MARK: Jobs that wait

    /// Adds a job; one that waits already is replaced.
    package mutating func enqueue(_ job: QueuedJob<ID>) {
        let shape = self.cluster.index(
            of: Shape.Key(template: self.templates.index(of: job.workload.template), demand: job.demand)
        )
        if self.isHeld(shape) { self.queue.holds.shapes.insert(shape) }
        let user = self.account(of: job.user)
        let workload = self.durations.index(of: job.workload, estimate: job.expectedDuration)
        self.queue.insert(
            JobRow(id: job.id, queuedAt: job.queuedAt, workload: Int32(workload)),
            in: Lane.Key(user: user, rank: self.rank(job.priority), shape: shape),
            notBefore: job.notBefore
        )
    }

    /// Forgets a job that waits.
    package mutating func dequeue(_ id: ID) { self.queue.remove(id) }

    package func isQueued(_ id: ID) -> Bool { self.queue.contains(id) }

    package var queuedCount: Int { self.queue.count }

    private mutating func account(of user: String) -> Int {
        self.queue.account(
            of: user,
            policy: self.users[user] ?? self.policy.defaultUser,
            isPaused: self.pauses.contains(.user(user))
        )
    }

    private func rank(_ priority: Int) -> Int { max(0, min(priority, self.policy.classes - 1)) }

    // MARK: Jobs that run

    /// Records a job that runs already, as after a restart. One that is known is replaced, and stays where it is.
    package mutating func occupy(_ job: RunningJob<ID>) {
        self.queue.remove(job.id)
        let known = self.remove(job.id, refund: true, now: self.clock)
        let template = self.templates.index(of: job.workload.template)
        let shape = self.cluster.compile(Shape.Key(template: template, demand: job.demand))
        let workload = self.durations.index(of: job.workload, estimate: job.expectedDuration)
        let expected = self.durations.expected(workload)
        var occupant = Occupant(
            id: job.id,
            user: job.user.map { self.account(of: $0) },
            rank: self.rank(job.priority),
            workload: workload,
            template: template,
            cost: shape.cost,
            cards: job.demand.gpus,
            startedAt: job.startedAt,
            expectedDuration: expected
        )
        occupant.placement = known?.placement
        occupant.isPlaced = known?.isPlaced ?? false
        if occupant.placement == nil, let holdings = self.cluster.pool.place(for: shape) {
            occupant.placement = self.cluster.placement(of: holdings, demand: job.demand)
        }
        self.cluster.settle(&occupant)
        self.add(occupant)
        if let user = occupant.user { self.queue.charge(user, occupant.charged) }
    }

    /// Corrects the plan by what Kubernetes did with the job's pods.
    package mutating func place(_ id: ID, on placement: Placement) {
        guard let occupant = self.running[id], !occupant.isPlaced || occupant.placement != placement else { return }
        self.cluster.give(occupant)
        self.running.update(id) {
            $0.placement = placement
            $0.isPlaced = true
            self.cluster.settle(&$0)
        }
    }

    /// Corrects when a running job is expected to end, as its progress shows.
    package mutating func expectEnd(of id: ID, at time: Duration) {
        self.running.update(id) {
            $0.plannedEnd = time
            $0.expectedEnd = time
        }
    }

    /// The job's pods have ended: its GPUs are free.
    package mutating func release(_ id: ID, _ ending: Ending, now: Duration) {
        self.clock = max(self.clock, now)
        guard let job = self.remove(id, refund: ending == .interrupted, now: now) else { return }
        if ending == .completed { self.durations.learn(job.workload, took: max(.zero, now - job.startedAt)) }
    }

    /// Learns from a job that completed before this scheduler was there. Oldest first.
    ///
    /// - Parameter estimate: the template's, as it is today.
    package mutating func learn(_ workload: Workload, estimate: Duration, took duration: Duration) {
        self.durations.learn(self.durations.index(of: workload, estimate: estimate), took: duration)
    }

    mutating func add(_ occupant: Occupant<ID>) {
        self.running.insert(occupant)
        self.templates.started(occupant.template, gpus: occupant.cost)
        if let user = occupant.user { self.queue.started(user, gpus: occupant.cost) }
    }

    private mutating func remove(_ id: ID, refund: Bool, now: Duration) -> Occupant<ID>? {
        guard let job = self.running.remove(id) else { return nil }
        self.cluster.give(job)
        self.templates.ended(job.template, gpus: job.cost)
        guard let user = job.user else { return job }
        let used = refund ? 0 : job.cost * max(.zero, now - job.startedAt).inSeconds
        self.queue.ended(user, gpus: job.cost, correction: used - job.charged, now: now)
        return job
    }

    // MARK: Time

    /// When ``admit(now:)`` may give more without anything else happening.
    package func nextChange(after now: Duration) -> Duration? {
        let ends = self.head == nil ? nil : self.running.nextEnd
        return [self.queue.nextChange, ends].compactMap { $0 }.filter { $0 > now }.min()
    }

    mutating func advance(to now: Duration) {
        self.clock = max(self.clock, now)
        self.running.extendOverdue(now: now)
        self.queue.advance(to: now) { lane in
            let workload = lane.rows.first.map { self.durations.expected(Int($0.workload)) } ?? .zero
            return self.cluster.shapes[lane.key.shape].cost * workload.inSeconds
        }
    }
}
