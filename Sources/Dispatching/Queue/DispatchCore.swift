package import MaaSCore
internal import Scheduling

/// All that the dispatcher knows and decides: the queue, the attempts and the cluster's GPUs. Does no I/O.
///
/// Facts come in by its mutating methods, in any order and more than once; ``orders(now:)`` says what to do about them.
package struct DispatchCore: Sendable {
    private let retries: RetryPolicy
    private let deadlineSlack: Duration

    private var scheduler = Scheduler<AttemptID>()
    private var queued: [TaskID: QueuedTask] = [:]
    /// Admitted, with the intent on its way to the row.
    private var beginning: [AttemptID: QueuedTask] = [:]
    private var attempts: [AttemptID: Attempt] = [:]
    /// Cancelled while their intent was on its way.
    private var cancelledEarly: Set<AttemptID> = []
    /// What is to be told of attempts whose pods have begun to start.
    private var stages: [(AttemptID, TaskStage)] = []
    private var isClusterKnown = false

    package init(retries: RetryPolicy, deadlineSlack: Duration) {
        self.retries = retries
        self.deadlineSlack = deadlineSlack
    }

    // MARK: Rows

    /// Adds a task whose row says QUEUED. One that is known is left as it is.
    package mutating func enqueue(_ task: QueuedTask) {
        let id = task.attempt.task
        guard self.queued[id] == nil, self.beginning[task.attempt] == nil, self.attempts[task.attempt] == nil else {
            return
        }
        self.queued[id] = task
        self.scheduler.enqueue(task.schedulerJob)
    }

    /// Forgets a task whose row no longer says QUEUED.
    package mutating func dequeue(_ id: TaskID) {
        guard let task = self.queued.removeValue(forKey: id) else { return }
        self.scheduler.dequeue(task.attempt)
        self.cancelledEarly.remove(task.attempt)
    }

    /// Whether the task waits.
    package func isQueued(_ id: TaskID) -> Bool { self.queued[id] != nil }

    /// Tasks that wait.
    package var queuedTasks: [TaskID] { Array(self.queued.keys) }

    /// Attempts that are on their way or running.
    package var activeAttempts: Set<AttemptID> { Set(self.attempts.keys).union(self.beginning.keys) }

    /// Whether the attempt is on its way or running.
    package func isActive(_ attempt: AttemptID) -> Bool {
        self.attempts[attempt] != nil || self.beginning[attempt] != nil
    }

    /// Takes over a task whose row says RUNNING. What the cluster showed of it before is kept.
    package mutating func adopt(_ task: RunningTask, now: Timestamp) {
        let known = self.attempts[task.attempt]
        guard known?.isLeftover ?? true, self.beginning[task.attempt] == nil else { return }
        self.dequeue(task.attempt.task)
        var attempt = Attempt(
            id: task.attempt,
            name: task.plan.jobName,
            deadline: task.startedAt + task.plan.timeLimit + self.deadlineSlack,
            retries: self.retries,
            jobUID: task.jobUID
        )
        if let known {
            if known.job != .intended { attempt.observe(job: known.job, now: now) }
            for pod in known.pods.values { attempt.observe(pod: pod) }
        }
        if task.isCancelRequested { attempt.requestCancel() }
        self.attempts[task.attempt] = attempt
        self.scheduler.occupy(
            RunningJob(
                id: task.attempt,
                user: nil,
                priority: 0,
                workload: Workload(template: ""),
                demand: task.plan.demand,
                startedAt: task.startedAt.sinceEpoch,
                expectedDuration: task.plan.expectedDuration
            )
        )
    }

    /// Takes which attempts the rows say are running.
    package mutating func rowsRead(running: Set<AttemptID>, now: Timestamp) {
        for id in self.attempts.keys { self.attempts[id]?.observeRow(isRunning: running.contains(id), now: now) }
    }

    /// The user wants the running task to end.
    package mutating func cancel(_ id: TaskID) {
        // Its row may say RUNNING although it waits here: the answer to its beginning was lost.
        if let task = self.queued[id] { self.cancelledEarly.insert(task.attempt) }
        for attempt in self.attempts.keys where attempt.task == id { self.attempts[attempt]?.requestCancel() }
        for attempt in self.beginning.keys where attempt.task == id { self.cancelledEarly.insert(attempt) }
    }

    // MARK: The cluster

    /// Takes what the cluster shows.
    package mutating func take(_ fact: ClusterFact, now: Timestamp) {
        switch fact {
        case .nodes(let nodes): self.setNodes(nodes)
        case .jobsListed(let jobs): self.jobsListed(jobs, now: now)
        case .job(let job): self.jobSeen(job, now: now)
        case .jobGone(let attempt): self.attempts[attempt]?.observe(job: .gone, now: now)
        case .podsListed(let pods): self.podsListed(pods, now: now)
        case .pod(let attempt, let pod): self.podSeen(pod, of: attempt, now: now)
        case .podGone(let attempt, let name): self.attempts[attempt]?.podGone(name)
        }
    }

    private mutating func setNodes(_ nodes: [NodeCapacity]) {
        self.scheduler.setNodes(nodes)
        self.isClusterKnown = true
    }

    private mutating func jobSeen(_ sighting: JobSighting, now: Timestamp) {
        let facts = JobFacts.present(uid: sighting.uid, phase: sighting.phase)
        if self.attempts[sighting.attempt] == nil {
            // One that is over needs nothing of us; its pods, if any live, come by themselves.
            if sighting.phase.isOver { return }
            self.attempts[sighting.attempt] = Attempt(leftover: sighting.attempt, name: sighting.name, job: facts)
        }
        self.attempts[sighting.attempt]?.observe(job: facts, now: now)
    }

    /// Takes a list of all our jobs.
    private mutating func jobsListed(_ sightings: [JobSighting], now: Timestamp) {
        let listed = Set(sightings.map(\.attempt))
        for id in self.attempts.keys where !listed.contains(id) { self.attempts[id]?.jobNotListed() }
        for sighting in sightings { self.jobSeen(sighting, now: now) }
    }

    private mutating func podSeen(_ pod: PodFacts, of attempt: AttemptID, now: Timestamp) {
        if self.attempts[attempt] == nil {
            if pod.isEnded { return }
            self.attempts[attempt] = Attempt(leftover: attempt, name: pod.jobName, job: .intended)
        }
        self.noteStage(of: attempt, pod)
        self.attempts[attempt]?.observe(pod: pod)
        self.countLeftover(attempt, now: now)
        self.place(attempt)
    }

    /// Takes a list of all our pods.
    private mutating func podsListed(_ pods: [(attempt: AttemptID, pod: PodFacts)], now: Timestamp) {
        let listed = Set(pods.map(\.pod.name))
        for (id, attempt) in self.attempts {
            for name in attempt.pods.keys where !listed.contains(name) { self.attempts[id]?.podGone(name) }
        }
        for (attempt, pod) in pods { self.podSeen(pod, of: attempt, now: now) }
    }

    private mutating func noteStage(of id: AttemptID, _ pod: PodFacts) {
        guard pod.isStarting, let attempt = self.attempts[id], !attempt.isLeftover,
            attempt.pods[pod.name]?.isStarting != true
        else { return }
        self.stages.append((id, .pulling))
    }

    /// What a leftover holds is known from its pods alone.
    private mutating func countLeftover(_ id: AttemptID, now: Timestamp) {
        guard let attempt = self.attempts[id], attempt.isLeftover else { return }
        let pods = attempt.pods.values.filter { !$0.isEnded }
        self.scheduler.occupy(
            RunningJob(
                id: id,
                user: nil,
                priority: 0,
                workload: Workload(template: ""),
                demand: Demand(gpusPerPod: pods.map(\.gpus)),
                startedAt: now.sinceEpoch,
                expectedDuration: .zero
            )
        )
    }

    /// Tells the scheduler on which nodes the pods really are, once all of them are somewhere.
    private mutating func place(_ id: AttemptID) {
        guard let attempt = self.attempts[id] else { return }
        var pods: [Placement.Pod] = []
        for pod in attempt.pods.values {
            guard let node = pod.node else { return }
            pods.append(Placement.Pod(node: node, gpus: pod.gpus))
        }
        self.scheduler.place(id, on: Placement(pods))
    }

    // MARK: Orders and their outcomes

    /// What is to be done now. Each beginning and each step comes back by ``began(_:_:now:)`` or ``completed(_:_:_:now:)``.
    package mutating func orders(now: Timestamp) -> [DispatchOrder] {
        // Half a picture would end what only looks lost or late.
        guard self.isClusterKnown else { return [] }
        var orders: [DispatchOrder] = self.stages.map { .tell($0, $1) }
        self.stages = []
        for id in self.attempts.keys.sorted() {
            // Giving GPUs back and forgetting are the core's own business; they free the way for the next step.
            while let step = self.attempts[id]?.takeStep(now: now) {
                switch step {
                case .release:
                    self.scheduler.release(id, .completed, now: now.sinceEpoch)
                    self.attempts[id]?.complete(step, .written, now: now)
                case .forget: self.attempts[id] = nil
                default: orders.append(.step(id, jobName: self.attempts[id]?.name ?? "", step))
                }
            }
        }
        for id in self.scheduler.admit(now: now.sinceEpoch).admissions.map(\.id) {
            guard let task = self.queued.removeValue(forKey: id.task) else { continue }
            self.beginning[id] = task
            orders.append(.begin(task))
        }
        return orders
    }

    /// The intent is in the row (`true`), or the row had moved on (`false`).
    package mutating func began(_ id: AttemptID, _ isBegun: Bool, now: Timestamp) {
        guard let task = self.beginning.removeValue(forKey: id) else { return }
        guard isBegun else {
            self.scheduler.release(id, .interrupted, now: now.sinceEpoch)
            self.cancelledEarly.remove(id)
            return
        }
        var attempt = Attempt(
            id: id,
            name: task.plan.jobName,
            deadline: now + task.plan.timeLimit + self.deadlineSlack,
            retries: self.retries
        )
        if self.cancelledEarly.remove(id) != nil { attempt.requestCancel() }
        self.attempts[id] = attempt
    }

    /// The database did not answer: the task goes back to its place.
    package mutating func beginPostponed(_ id: AttemptID, until time: Timestamp) {
        guard let task = self.beginning.removeValue(forKey: id) else { return }
        self.scheduler.release(id, .interrupted, now: time.sinceEpoch)
        self.cancelledEarly.remove(id)
        self.enqueue(task.resting(until: time))
    }

    /// What came of a step.
    package mutating func completed(_ id: AttemptID, _ step: AttemptStep, _ outcome: AttemptOutcome, now: Timestamp) {
        self.attempts[id]?.complete(step, outcome, now: now)
    }

    /// When ``orders(now:)`` may give more without a new fact.
    package func nextLook(now: Timestamp) -> Timestamp? {
        let rest = self.scheduler.nextChange(after: now.sinceEpoch).map {
            Timestamp(milliseconds: Int64($0.inSeconds * 1000))
        }
        return (self.attempts.values.map { $0.nextLook(after: now) } + [rest]).compactMap { $0 }.min()
    }

    // MARK: What is told

    func attempt(_ id: AttemptID) -> Attempt? { self.attempts[id] }

    /// Where every queued task stands.
    package func waits(now: Timestamp) -> [(task: TaskID, attempt: Int, wait: TaskWait)] {
        self.scheduler.waits(now: now.sinceEpoch).map { id, wait in
            let reason: WaitingReason =
                switch wait.reason {
                case _ where !self.isClusterKnown: .clusterUnavailable
                case .gpusBusy: .gpusBusy
                case .behindOthers: .behindOthers
                case .noNodeFits: .noNodeFits
                case .backingOff: .backingOff
                case .paused: .paused
                case .userLimit: .userLimit
                case .templateLimit: .templateLimit
                case .reservedForLarger: .reservedForLarger
                }
            let eta = self.isClusterKnown ? wait.expectedWait.map { Int($0.inSeconds.rounded(.up)) } : nil
            return (id.task, id.number - 1, TaskWait(position: wait.position, etaSeconds: eta, reason: reason))
        }
    }

    /// GPUs that attempts hold, or were promised.
    package var promisedGPUs: Int { self.scheduler.promised }
    /// GPUs of all usable nodes.
    package var capacity: Int { self.scheduler.capacity }
}

extension QueuedTask {
    fileprivate func resting(until time: Timestamp) -> QueuedTask {
        QueuedTask(
            attempt: self.attempt,
            priority: self.priority,
            queuedAt: self.queuedAt,
            notBefore: time,
            plan: self.plan
        )
    }
}
