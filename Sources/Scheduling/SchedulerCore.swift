/// The scheduler's state and decisions, for jobs known by number.
struct SchedulerCore: Sendable {
    let policy: SchedulingPolicy
    private(set) var users: [String: UserPolicy] = [:]
    private(set) var pauses: Set<PauseTarget> = []

    var queue: WaitingQueue
    var backingOff = BackingOffJobs()
    var running = RunningSet()
    var cluster: Cluster
    var templates: TemplateTable
    var durations = DurationModel()
    /// The lane whose turn it was when its job did not fit.
    var head: Int?
    /// The last search for victims, if it found none.
    var vainSearch: PreemptionSearch?
    /// The number of jobs being ended when last checked, and since when it has not changed.
    var ending = (count: 0, since: Duration.zero)
    /// The number of searches for victims.
    var preemptionSearches = 0
    /// Charges included in the restored standings, by job.
    var restoredCharges: [Int: RestoredCharge] = [:]
    /// The latest time passed in.
    private(set) var clock: Duration = .zero

    init(policy: SchedulingPolicy = SchedulingPolicy()) {
        self.policy = policy
        self.queue = WaitingQueue(classes: policy.classes, aging: policy.aging)
        self.cluster = Cluster(limit: policy.capacity)
        self.templates = TemplateTable(limits: policy.templateLimits)
    }

    // MARK: The cluster

    /// Sets the nodes. Running jobs keep their GPUs.
    mutating func setNodes(_ nodes: [NodeCapacity]) {
        guard !self.cluster.isOffered(nodes) else { return }
        self.cluster.set(nodes: nodes)
        self.settleAll()
    }

    /// Takes the running jobs' GPUs from the pool, which was reset.
    private mutating func settleAll() {
        for job in self.running.jobs { self.running.update(job) { self.cluster.settle(&$0) } }
        self.applyHolds()
    }

    // MARK: Policy

    /// Replaces the policies of users who have their own.
    mutating func setUsers(_ users: [String: UserPolicy]) {
        self.users = users
        self.applyHolds()
    }

    /// Replaces everything that is paused.
    mutating func setPauses(_ pauses: Set<PauseTarget>) {
        guard self.pauses != pauses else { return }
        self.pauses = pauses
        self.cluster.set(paused: Set(pauses.compactMap { if case .node(let name) = $0 { name } else { nil } }))
        self.settleAll()
    }

    /// Lets exactly those lanes wait that may start something.
    private mutating func applyHolds() {
        self.queue.holds.classes = Set(
            self.pauses.compactMap { if case .priorityClass(let rank) = $0 { rank } else { nil } }
        )
        self.queue.holds.shapes = Set(self.cluster.shapes.indices.filter { self.isHeld($0) })
        self.queue.costs = self.cluster.shapes.map(\.cost)
        self.queue.setUsers(
            { self.users[$0] ?? self.policy.defaultUser },
            isPaused: { self.pauses.contains(.user($0)) },
            now: self.clock
        )
    }

    /// The users' standings, for the next scheduler.
    func standings(now: Duration) -> [Standing] { self.queue.standings(now: now) }

    /// Restores the standings. Must precede any job.
    mutating func restore(_ standings: [Standing]) {
        for standing in standings where (0..<self.policy.classes).contains(standing.rank) {
            self.queue.restore(standing, of: self.account(of: standing.user))
        }
    }

    /// Settles the charge of a job that no longer runs, or never did.
    mutating func settle(_ job: Int, held: Duration) {
        guard let charge = self.restoredCharges.removeValue(forKey: job) else { return }
        self.queue.charge(self.account(of: charge.user), charge.gpus * held.inSeconds - charge.amount)
    }

    private func isHeld(_ index: Int) -> Bool {
        let shape = self.cluster.shapes[index]
        return self.cluster.fits[index] != .somewhere
            || self.pauses.contains(.template(self.templates.name(shape.key.template)))
            // In its turn it would hold up all jobs of the template, forever.
            || !self.templates.allows(shape.key.template, gpus: shape.cost)
    }

    // MARK: Queued jobs

    /// One per class, by rank.
    var depths: [ClassDepth] {
        var depths = Array(repeating: ClassDepth(), count: self.policy.classes)
        for lane in self.queue.lanes {
            if let first = lane.rows.first { depths[lane.key.rank].add(lane.rows.count, oldest: first.queuedAt) }
        }
        for job in self.backingOff.jobs { depths[job.lane.rank].add(1, oldest: job.queuedAt) }
        return depths
    }

    /// Free cards kept for the first job that does not fit.
    var kept: Int {
        guard let head = self.head else { return 0 }
        let wanted = self.cluster.shapes[self.queue.lanes[head].key.shape].cards
        return max(0, min(wanted, self.cluster.pool.budget))
    }

    func isQueued(_ job: Int) -> Bool { self.queue.contains(job) || self.backingOff.contains(job) }

    mutating func enqueue(
        _ job: Int,
        user: String,
        priority: Int,
        queuedAt: Duration,
        work: Work,
        notBefore: Duration?
    ) {
        self.dequeue(job)
        let template = self.templates.index(of: work.workload.template)
        let shape = self.cluster.index(of: Shape.Key(template: template, demand: work.demand))
        if shape == self.queue.costs.count { self.queue.costs.append(self.cluster.shapes[shape].cost) }
        if self.isHeld(shape) { self.queue.holds.shapes.insert(shape) }
        let job = BackingOffJobs.Job(
            job: job,
            queuedAt: queuedAt,
            workload: self.durations.index(of: work.workload, estimate: work.estimate),
            lane: Lane.Key(user: self.account(of: user), rank: self.rank(priority), shape: shape)
        )
        if let notBefore { self.backingOff.insert(job, until: notBefore) } else { self.queue(job, since: queuedAt) }
    }

    private mutating func queue(_ job: BackingOffJobs.Job, since: Duration) {
        self.queue.insert(job.job, queuedAt: job.queuedAt, workload: job.workload, in: job.lane, since: since)
    }

    mutating func dequeue(_ job: Int) {
        self.queue.remove(job)
        self.backingOff.remove(job)
    }

    private mutating func account(of user: String) -> Int {
        self.queue.account(of: user) {
            Account(
                user: user,
                policy: self.users[user] ?? self.policy.defaultUser,
                isPaused: self.pauses.contains(.user(user))
            )
        }
    }

    private func rank(_ priority: Int) -> Int { max(0, min(priority, self.policy.classes - 1)) }

    // MARK: Running jobs

    mutating func occupy(
        _ job: Int,
        user: String?,
        priority: Int,
        startedAt: Duration,
        work: Work,
        isPreempted: Bool = false
    ) {
        self.dequeue(job)
        let known = self.remove(job, isCharged: false, now: self.clock)
        let template = self.templates.index(of: work.workload.template)
        let shape = self.cluster.compile(Shape.Key(template: template, demand: work.demand))
        let workload = self.durations.index(of: work.workload, estimate: work.estimate)
        var occupant = Occupant(
            job: job,
            user: user.map { self.account(of: $0) },
            rank: self.rank(priority),
            workload: workload,
            template: template,
            cost: shape.cost,
            cards: shape.cards,
            startedAt: startedAt,
            expectedDuration: self.durations.expected(workload)
        )
        occupant.placement =
            known?.placement
            ?? self.cluster.pool.place(for: shape).map {
                self.cluster.placement(of: $0, demand: work.demand)
            }
        occupant.isPlaced = known?.isPlaced ?? false
        occupant.isPreempted = known?.isPreempted ?? isPreempted
        self.cluster.settle(&occupant)
        if let charge = self.restoredCharges.removeValue(forKey: job) {
            occupant.charged = charge.amount
        } else if let user = occupant.user {
            self.queue.charge(user, occupant.charged)
        }
        self.add(occupant)
    }

    mutating func place(_ job: Int, on placement: Placement) {
        guard let occupant = self.running[job], !occupant.isPlaced || occupant.placement != placement else { return }
        // Some of its pods are not bound yet, or have ended: it keeps what it was given.
        guard placement.pods.reduce(0, { $0 + $1.gpus }) >= occupant.cards else { return }
        self.cluster.give(occupant)
        self.running.update(job) {
            $0.placement = placement
            $0.isPlaced = true
            self.cluster.settle(&$0)
        }
    }

    func placement(of job: Int) -> Placement { self.running[job]?.placement ?? Placement([]) }

    mutating func expectEnd(of job: Int, at time: Duration) {
        self.running.update(job) {
            // It will be ended before that.
            guard !$0.isPreempted else { return }
            $0.plannedEnd = time
            $0.expectedEnd = time
        }
    }

    @discardableResult
    mutating func release(_ job: Int, _ ending: Ending, now: Duration) -> Occupant? {
        self.clock = max(self.clock, now)
        guard let occupant = self.remove(job, isCharged: ending != .interrupted, now: now) else { return nil }
        if ending == .completed, occupant.user != nil {
            self.durations.learn(occupant.workload, took: max(.zero, now - occupant.startedAt))
        }
        return occupant
    }

    mutating func disown(_ job: Int, _ ending: Ending, now: Duration) {
        guard self.running[job]?.user != nil, var occupant = self.release(job, ending, now: now) else { return }
        occupant.user = nil
        occupant.template = self.templates.index(of: "")
        occupant.charged = 0
        self.cluster.settle(&occupant)
        self.add(occupant)
    }

    mutating func add(_ occupant: Occupant) {
        self.running.insert(occupant)
        self.templates.started(occupant.template, gpus: occupant.cost)
        if let user = occupant.user { self.queue.started(user, gpus: occupant.cost) }
    }

    private mutating func remove(_ job: Int, isCharged: Bool, now: Duration) -> Occupant? {
        guard let job = self.running.remove(job) else { return nil }
        self.cluster.give(job)
        self.templates.ended(job.template, gpus: job.cost)
        guard let user = job.user else { return job }
        let used = isCharged ? job.cost * max(.zero, now - job.startedAt).inSeconds : 0
        self.queue.ended(user, gpus: job.cost, correction: used - job.charged, now: now)
        return job
    }

    // MARK: Time

    /// When a pass may return more without further input.
    func nextChange(after now: Duration) -> Duration? {
        let ends = self.head == nil ? nil : self.running.nextEnd
        return [self.backingOff.nextEnd, self.queue.nextChange, ends, self.vainSearch?.until].compactMap { $0 }.filter {
            $0 > now
        }.min()
    }

    mutating func advance(to now: Duration) {
        self.clock = max(self.clock, now)
        self.running.extendOverdue(now: now)
        while let job = self.backingOff.next(at: now) { self.queue(job, since: now) }
        self.queue.advance(to: now) { lane in
            let workload = lane.rows.first.map { self.durations.expected(Int($0.workload)) } ?? .zero
            return self.cluster.shapes[lane.key.shape].cost * workload.inSeconds
        }
    }
}
