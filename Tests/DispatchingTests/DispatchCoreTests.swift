internal import MaaSCore
internal import MaaSTesting
internal import Scheduling
internal import Testing

@testable internal import Dispatching

@Suite("Dispatch core")
struct DispatchCoreTests {
    static let now = Timestamp(milliseconds: 1_000_000)
    static let policy = DispatchPolicy(
        attempts: AttemptPolicy(retries: RetryPolicy(attempts: 3, delay: .seconds(1), delayLimit: .seconds(10)))
    )

    static func task(_ number: UInt8) -> TaskID {
        TaskID(time: Timestamp(milliseconds: 1_790_000_000_000), random: [UInt8](repeating: number, count: 10))
    }

    static func plan(_ task: TaskID) -> JobPlan {
        JobPlan(
            jobName: JobName.make(prefix: "demo", task: task, attempt: 1),
            workload: Workload(template: "demo", gpus: 1),
            demand: Demand(gpusPerPod: [1]),
            expectedDuration: .seconds(10),
            timeLimit: .seconds(100)
        )
    }

    static func queued(_ number: UInt8, user: String = "ada", priority: TaskPriority = .normal) -> QueuedTask {
        QueuedTask(
            attempt: AttemptID(task: Self.task(number), number: 1),
            user: user,
            priority: priority,
            queuedAt: Self.now + .seconds(Int(number)),
            plan: Self.plan(Self.task(number))
        )
    }

    /// The first task's first attempt as its row has it.
    static func running(jobUID: String? = nil, isCancelRequested: Bool = false) -> RunningTask {
        RunningTask(
            attempt: AttemptID(task: Self.task(1), number: 1),
            user: "ada",
            priority: .normal,
            startedAt: Self.now,
            jobUID: jobUID,
            isCancelRequested: isCancelRequested,
            plan: Self.plan(Self.task(1))
        )
    }

    static func core(
        gpus: Int,
        tasks: ClosedRange<UInt8>,
        policy: DispatchPolicy = Self.policy
    ) -> DispatchCore {
        var core = DispatchCore(policy: policy)
        core.take(.nodes([NodeCapacity(name: "n", gpus: gpus)]), now: Self.now)
        for number in tasks { core.take(.queued(Self.queued(number)), now: Self.now) }
        return core
    }

    static func begun(_ orders: [DispatchOrder]) -> [TaskID] {
        orders.compactMap { if case .begin(let task) = $0 { task.attempt.task } else { nil } }
    }

    static func stepped(_ orders: [DispatchOrder]) -> [AttemptStep] {
        orders.compactMap { if case .step(_, _, let step) = $0 { step } else { nil } }
    }

    @Test("As many start as there are GPUs, and the others get their positions")
    func admission() {
        var core = Self.core(gpus: 2, tasks: 1...5)
        #expect(Self.begun(core.orders(now: Self.now)) == [Self.task(1), Self.task(2)])
        #expect(Self.begun(core.orders(now: Self.now)) == [])
        let waits = Array(core.waits(now: Self.now))
        #expect(waits.map(\.task) == [Self.task(3), Self.task(4), Self.task(5)])
        #expect(waits.map(\.wait.position) == [1, 2, 3])
        #expect(waits.map(\.wait.reason) == [.gpusBusy, .behindOthers, .behindOthers])
    }

    @Test("Nothing starts before the nodes are known")
    func unknownCluster() {
        var core = DispatchCore(policy: Self.policy)
        core.take(.queued(Self.queued(1)), now: Self.now)
        #expect(core.orders(now: Self.now).isEmpty)
        #expect(Array(core.waits(now: Self.now)).first?.wait.reason == .clusterUnavailable)
    }

    @Test("A task whose row has moved on frees its GPU for the next")
    func notBegun() {
        var core = Self.core(gpus: 1, tasks: 1...2)
        _ = core.orders(now: Self.now)
        core.began(AttemptID(task: Self.task(1), number: 1), false, now: Self.now)
        #expect(Self.begun(core.orders(now: Self.now)) == [Self.task(2)])
    }

    @Test("A repeated bell starts nothing twice")
    func repeatedBell() {
        var core = Self.core(gpus: 4, tasks: 1...1)
        core.take(.queued(Self.queued(1)), now: Self.now)
        #expect(Self.begun(core.orders(now: Self.now)).count == 1)
        core.take(.queued(Self.queued(1)), now: Self.now)
        #expect(core.orders(now: Self.now).isEmpty)
        core.began(AttemptID(task: Self.task(1), number: 1), true, now: Self.now)
        core.take(.queued(Self.queued(1)), now: Self.now)
        #expect(Self.begun(core.orders(now: Self.now)) == [])
        #expect(core.promisedGPUs == 1)
    }

    @Test("Cancelled while its intent is being committed: the job is not created")
    func earlyCancel() {
        var core = Self.core(gpus: 1, tasks: 1...1)
        _ = core.orders(now: Self.now)
        core.take(.running(Self.running(isCancelRequested: true)), now: Self.now)
        core.began(AttemptID(task: Self.task(1), number: 1), true, now: Self.now)
        #expect(Self.stepped(core.orders(now: Self.now)) == [.lookUp])
    }

    @Test("Without an answer of the database it retries and keeps the GPUs, as the row may be RUNNING")
    func postponedBegin() {
        var core = Self.core(gpus: 1, tasks: 1...2)
        _ = core.orders(now: Self.now)
        let later = Self.now + .seconds(1)
        core.beginPostponed(AttemptID(task: Self.task(1), number: 1), until: later)
        #expect(Self.begun(core.orders(now: Self.now)) == [])
        #expect(core.nextCheck(now: Self.now) == later)
        #expect(core.promisedGPUs == 1)
        #expect(Self.begun(core.orders(now: later)) == [Self.task(1)])
    }

    @Test("An unknown job counts, and is deleted when its row confirms that it is over")
    func leftover() {
        var core = Self.core(gpus: 1, tasks: 1...1)
        let stranger = AttemptID(task: Self.task(9), number: 3)
        core.take(.job(JobSighting(attempt: stranger, name: "j", uid: "u", phase: .running)), now: Self.now)
        var pod = AttemptTests.pod(ended: false)
        core.take(.pod(stranger, pod), now: Self.now)
        var orders = core.orders(now: Self.now)
        #expect(Self.stepped(orders) == [.confirm])
        #expect(Self.begun(orders) == [])
        core.completed(stranger, .confirm, .ended, now: Self.now)
        orders = core.orders(now: Self.now)
        #expect(Self.stepped(orders) == [.delete(uid: "u")])
        #expect(Self.begun(orders) == [])
        core.completed(stranger, .delete(uid: "u"), .deleted, now: Self.now)
        core.take(.jobGone(stranger, uid: "u"), now: Self.now)
        #expect(Self.begun(core.orders(now: Self.now)) == [])
        pod.isEnded = true
        core.take(.pod(stranger, pod), now: Self.now)
        #expect(Self.begun(core.orders(now: Self.now)) == [Self.task(1)])
    }

    @Test("A job that a late request creates after its lookup counts, and is deleted once the attempt is over")
    func lateJob() {
        var core = Self.core(gpus: 1, tasks: 2...2)
        let id = AttemptID(task: Self.task(1), number: 1)
        core.take(.running(Self.running(isCancelRequested: true)), now: Self.now)
        #expect(Self.stepped(core.orders(now: Self.now)) == [.lookUp])
        core.completed(id, .lookUp, .notFound, now: Self.now)
        #expect(Self.stepped(core.orders(now: Self.now)) == [.findResult])
        core.take(.job(JobSighting(attempt: id, name: "j", uid: "u", phase: .pending)), now: Self.now)
        core.take(.pod(id, AttemptTests.pod(ended: false)), now: Self.now)
        core.completed(id, .findResult, .nothingDelivered, now: Self.now)
        #expect(Self.stepped(core.orders(now: Self.now)) == [.write(.ended(.cancelled))])
        core.completed(id, .write(.ended(.cancelled)), .written, now: Self.now)
        #expect(Self.stepped(core.orders(now: Self.now)) == [.confirm])
        core.completed(id, .confirm, .ended, now: Self.now)
        #expect(Self.stepped(core.orders(now: Self.now)) == [.delete(uid: "u")])
        core.completed(id, .delete(uid: "u"), .deleted, now: Self.now)
        core.take(.jobGone(id, uid: "u"), now: Self.now)
        core.take(.podGone(id, name: "demo-x-1-master-0"), now: Self.now)
        _ = core.orders(now: Self.now)
        #expect(core.attempts[id] == nil)
    }

    @Test("A foreign job is left alone, and its GPU counts until its pods end")
    func foreign() {
        var core = Self.core(gpus: 1, tasks: 1...1)
        let stranger = AttemptID(task: Self.task(9), number: 1)
        var pod = AttemptTests.pod(ended: false)
        core.take(.pod(stranger, pod), now: Self.now)
        #expect(Self.stepped(core.orders(now: Self.now)) == [.confirm])
        core.completed(stranger, .confirm, .foreign, now: Self.now)
        #expect(core.orders(now: Self.now).isEmpty)
        pod.isEnded = true
        core.take(.pod(stranger, pod), now: Self.now)
        #expect(Self.begun(core.orders(now: Self.now)) == [Self.task(1)])
    }

    @Test("A job whose row is RUNNING is adopted with everything seen of it")
    func confirmedAlive() {
        var core = Self.core(gpus: 1, tasks: 2...2)
        let id = AttemptID(task: Self.task(1), number: 1)
        core.take(.job(JobSighting(attempt: id, name: "j", uid: "u", phase: .running)), now: Self.now)
        core.take(.pod(id, AttemptTests.pod(ended: false)), now: Self.now)
        #expect(Self.stepped(core.orders(now: Self.now)) == [.confirm])
        core.take(.running(Self.running(jobUID: nil)), now: Self.now)
        core.completed(id, .confirm, .alive, now: Self.now)
        #expect(core.orders(now: Self.now).isEmpty)
        #expect(core.attempts[id]?.job == .present(uid: "u", phase: .running))
    }

    @Test("An adopted running task is followed, not restarted")
    func adoption() {
        var core = Self.core(gpus: 1, tasks: 2...2)
        let id = AttemptID(task: Self.task(1), number: 1)
        core.take(.running(Self.running(jobUID: "u")), now: Self.now)
        core.take(.jobsListed([JobSighting(attempt: id, name: "j", uid: "u", phase: .running)]), now: Self.now)
        core.take(.pod(id, AttemptTests.pod(ended: true)), now: Self.now)
        #expect(core.orders(now: Self.now).isEmpty)
        core.take(.job(JobSighting(attempt: id, name: "j", uid: "u", phase: .succeeded)), now: Self.now)
        let orders = core.orders(now: Self.now)
        #expect(Self.stepped(orders) == [.findResult])
        #expect(Self.begun(orders) == [Self.task(2)])
        #expect(orders.contains { if case .recordRelease(id) = $0 { true } else { false } })
    }

    @Test("An exhausted quota stops all starts for a while, and is given as the reason")
    func quota() {
        var core = Self.core(gpus: 2, tasks: 1...2)
        let id = AttemptID(task: Self.task(1), number: 1)
        #expect(Self.begun(core.orders(now: Self.now)).count == 2)
        for number in [UInt8(1), 2] { core.began(AttemptID(task: Self.task(number), number: 1), true, now: Self.now) }
        #expect(Self.stepped(core.orders(now: Self.now)) == [.submit, .submit])
        core.completed(id, .submit, .noQuota, now: Self.now)
        core.take(.queued(Self.queued(3)), now: Self.now)
        #expect(Self.begun(core.orders(now: Self.now)) == [])
        #expect(core.waits(now: Self.now).map(\.wait.reason) == [.clusterQuota])
        #expect(core.waits(now: Self.now).map(\.wait.etaSeconds) == [nil])
        let later = Self.now + Self.policy.attempts.quotaBackoff
        #expect(core.nextCheck(now: Self.now) == later)
        #expect(Self.begun(core.orders(now: later)) == [Self.task(3)])
    }

    @Test("An attempt on an unreachable node holds its GPUs, but neither a limit of its user nor a charge")
    func unreachable() throws {
        let limit = UserPolicy(limit: RunningLimit(tasks: 1))
        let policy = DispatchPolicy(attempts: Self.policy.attempts, scheduling: SchedulingPolicy(defaultUser: limit))
        var core = Self.core(gpus: 2, tasks: 1...1, policy: policy)
        let id = AttemptID(task: Self.task(1), number: 1)
        core.take(.running(Self.running(jobUID: "u")), now: Self.now)
        core.take(.job(JobSighting(attempt: id, name: "j", uid: "u", phase: .failed)), now: Self.now)
        core.take(.pod(id, AttemptTests.pod(ended: false)), now: Self.now)
        let now = Self.now + .seconds(20)
        #expect(Self.stepped(core.orders(now: now)) == [.findResult])
        core.completed(id, .findResult, .nothingDelivered, now: now)
        let write = try #require(Self.stepped(core.orders(now: now)).first)
        core.completed(id, write, .written, now: now)
        let next = QueuedTask(
            attempt: AttemptID(task: Self.task(1), number: 2),
            user: "ada",
            priority: .normal,
            queuedAt: Self.now,
            plan: Self.plan(Self.task(1))
        )
        core.take(.queued(next), now: now)
        #expect(Self.begun(core.orders(now: now)) == [Self.task(1)])
        #expect(core.promisedGPUs == 2 && core.charges.map(\.id) == [next.attempt])
    }

    @Test("A preempted task whose node is lost starts elsewhere, and what its old pod does later is nothing to it")
    func preemptedOnLostNode() throws {
        var core = Self.core(gpus: 2, tasks: 1...1)
        let id = AttemptID(task: Self.task(1), number: 1)
        core.take(.running(Self.running(jobUID: "u")), now: Self.now)
        core.take(.job(JobSighting(attempt: id, name: "j", uid: "u", phase: .running)), now: Self.now)
        core.take(.pod(id, AttemptTests.pod(ended: false)), now: Self.now)
        core.attempts[id]?.stop(.preempted)
        for _ in 0..<2 {
            let step = try #require(Self.stepped(core.orders(now: Self.now)).first)
            core.completed(id, step, .written, now: Self.now)
        }
        let now = Self.now + Self.policy.attempts.endingPatience
        #expect(Self.stepped(core.orders(now: now)) == [.findResult])
        core.completed(id, .findResult, .nothingDelivered, now: now)
        let write = AttemptStep.write(.requeued(.preempted, notBefore: now, isForgiven: true))
        #expect(Self.stepped(core.orders(now: now)) == [write])
        core.completed(id, write, .written, now: now)
        let next = QueuedTask(
            attempt: AttemptID(task: Self.task(1), number: 2),
            forgiven: 1,
            user: "ada",
            priority: .normal,
            queuedAt: Self.now,
            plan: Self.plan(Self.task(1))
        )
        core.take(.queued(next), now: now)
        #expect(Self.begun(core.orders(now: now)) == [Self.task(1)])
        core.began(next.attempt, true, now: now)
        #expect(core.promisedGPUs == 2)
        // The node is back: the pod goes on for a moment, and fails.
        for isEnded in [false, true] { core.take(.pod(id, AttemptTests.pod(ended: isEnded)), now: now) }
        core.take(.podGone(id, name: "demo-x-1-master-0"), now: now)
        core.take(.jobGone(id, uid: "u"), now: now)
        #expect(Self.stepped(core.orders(now: now)) == [.submit])
        #expect(core.promisedGPUs == 1 && core.activeAttempts == [next.attempt])
    }

    @Test("The pods' nodes are recorded once, and users are told that the pods start")
    func placed() {
        var core = Self.core(gpus: 1, tasks: 2...2)
        core.take(.running(Self.running(jobUID: "u")), now: Self.now)
        _ = core.orders(now: Self.now)
        let id = AttemptID(task: Self.task(1), number: 1)
        var pod = AttemptTests.pod(ended: false)
        pod.isPending = true
        for _ in 0..<2 { core.take(.pod(id, pod), now: Self.now) }
        let orders = core.orders(now: Self.now)
        guard orders.count == 2, case .recordNodes(id, let nodes) = orders[0], case .tell(id, .pulling) = orders[1]
        else {
            Issue.record("\(orders)")
            return
        }
        #expect(nodes == ["n"])
    }

    @Test("A sweep finds tasks without a bell, and tasks that are gone")
    func sweep() {
        var core = Self.core(gpus: 0, tasks: 1...2)
        let sweep = core.beginSweep()
        // Learned while the rows were read: it is missing in what was read, and nothing is wrong with that.
        core.take(.queued(Self.queued(3)), now: Self.now)
        core.take(.running(Self.running(jobUID: "u")), now: Self.now)
        let unclear = core.finish(
            sweep,
            queued: [Self.task(2), Self.task(4)],
            running: [AttemptID(task: Self.task(1), number: 1)],
            now: Self.now
        )
        #expect(unclear == [Self.task(4)])
        #expect(core.queuedTasks == [Self.task(2), Self.task(3)])
        #expect(core.activeAttempts == [AttemptID(task: Self.task(1), number: 1)])
        let again = core.beginSweep()
        let gone = core.finish(again, queued: [Self.task(2)], running: [], now: Self.now)
        #expect(gone == [Self.task(3)])
    }

    @Test("A running task whose row cannot be read keeps its job, and one without a RUNNING row does not")
    func unreadRow() {
        var core = Self.core(gpus: 1, tasks: 2...2)
        let id = AttemptID(task: Self.task(1), number: 1)
        core.take(.running(Self.running(jobUID: "u")), now: Self.now)
        core.take(.jobsListed([JobSighting(attempt: id, name: "j", uid: "u", phase: .running)]), now: Self.now)
        var now = Self.now
        func sweep(unread: Set<TaskID>) -> [AttemptStep] {
            for _ in 0..<2 {
                now = now + .seconds(40)
                _ = core.finish(core.beginSweep(), queued: [Self.task(2)], running: [], unread: unread, now: now)
            }
            return Self.stepped(core.orders(now: now))
        }
        #expect(sweep(unread: [Self.task(1)]) == [])
        #expect(sweep(unread: []) == [.delete(uid: "u")])
    }

    @Test("A paused task waits, and says so")
    func paused() {
        var core = Self.core(gpus: 2, tasks: 1...2)
        core.setPauses([.everything])
        #expect(Self.begun(core.orders(now: Self.now)) == [])
        #expect(Set(core.waits(now: Self.now).map(\.wait.reason)) == [.paused])
        core.setPauses([])
        #expect(Self.begun(core.orders(now: Self.now)).count == 2)
    }

    @Test("Positions are also published when all tasks are backing off")
    func allBackOff() {
        var core = Self.core(gpus: 1, tasks: 1...1)
        _ = core.orders(now: Self.now)
        let id = Self.task(7)
        let backingOff = QueuedTask(
            attempt: AttemptID(task: id, number: 2),
            user: "bob",
            priority: .low,
            queuedAt: Self.now,
            notBefore: Self.now + .seconds(5),
            plan: Self.plan(id)
        )
        core.take(.queued(backingOff), now: Self.now)
        #expect(core.waits(now: Self.now).map(\.wait.reason) == [.backingOff])
    }
}
