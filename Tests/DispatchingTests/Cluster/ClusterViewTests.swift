internal import MaaSCore
internal import MaaSTesting
internal import Scheduling
internal import Testing

@testable internal import Dispatching

/// What cannot be seen is not held against anybody.
@Suite("The view of the cluster")
struct ClusterViewTests {
    private static let start = DispatchCoreTests.now
    private static let id = AttemptID(task: DispatchCoreTests.task(1), number: 1)
    private static let patience = DispatchCoreTests.policy.attempts.startPatience

    /// A core that has just created its only job, whose template allows it an hour.
    private static func core() -> DispatchCore {
        var core = DispatchCore(policy: DispatchCoreTests.policy)
        core.take(.nodes([NodeCapacity(name: "n", gpus: 1)]), now: Self.start)
        var plan = DispatchCoreTests.plan(Self.id.task)
        plan.timeLimit = .seconds(3600)
        let task = QueuedTask(attempt: Self.id, user: "ada", priority: .normal, queuedAt: Self.start, plan: plan)
        core.take(.queued(task), now: Self.start)
        _ = core.orders(now: Self.start)
        core.began(Self.id, true, now: Self.start)
        _ = core.orders(now: Self.start)
        core.completed(Self.id, .submit, .found(uid: "u"), now: Self.start)
        return core
    }

    @Test("Patience counts neither while nothing is shown nor before it is shown again")
    func patience() {
        let gap = Duration.seconds(10)
        var view = ClusterView()
        func end(_ patience: Int, since start: Int) -> Timestamp? {
            view.end(of: .seconds(patience), since: Self.start + .seconds(start))
        }
        #expect(end(600, since: 0) == Self.start + .seconds(600))
        view.change(isCurrent: false, now: Self.start + .seconds(100))
        #expect(end(600, since: 0) == nil && view.lostAt == Self.start + .seconds(100) + gap)
        view.change(isCurrent: false, now: Self.start + .seconds(105))
        #expect(view.isLost(at: Self.start + .seconds(110)))
        view.change(isCurrent: true, now: Self.start + .seconds(700))
        #expect(end(600, since: 0) == Self.start + .seconds(1300))
        #expect(end(600, since: 710) == Self.start + .seconds(1310))
    }

    @Test("However often a watch is cut, patience ends; what was missed meanwhile has time to arrive")
    func cuts() {
        var view = ClusterView()
        for cut in stride(from: 0, through: 590, by: 59) {
            view.change(isCurrent: false, now: Self.start + .seconds(cut))
            view.change(isCurrent: true, now: Self.start + .seconds(cut + 9))
        }
        #expect(view.end(of: .seconds(600), since: Self.start) == Self.start + .seconds(609))
        #expect(view.end(of: .zero, since: Self.start) == Self.start + .seconds(599))
    }

    /// The pod has run since long before the API server is back.
    @Test("A job is not given up for a pod that could not be seen")
    func unseenPod() {
        var core = Self.core()
        core.take(.view(isCurrent: false), now: Self.start + .seconds(5))
        #expect(DispatchCoreTests.stepped(core.orders(now: Self.start + Self.patience)) == [])
        let back = Self.start + .seconds(900)
        core.take(.view(isCurrent: true), now: back)
        #expect(DispatchCoreTests.stepped(core.orders(now: back)) == [])
        #expect(core.nextCheck(now: back) == back + Self.patience)
        var shown = core
        shown.take(.pod(Self.id, AttemptTests.pod(ended: false)), now: back)
        #expect(DispatchCoreTests.stepped(shown.orders(now: back + Self.patience)) == [])
        // One that is not shown now, either, is missing.
        let stop = StopReason.stuck(.notStarted)
        #expect(
            DispatchCoreTests.stepped(core.orders(now: back + Self.patience)) == [.record(uid: "u", stop: stop)]
        )
    }

    @Test("A pod that was stuck before is given its time again, and no more")
    func stuckPod() {
        var core = Self.core()
        var pod = AttemptTests.pod(ended: false)
        pod.trouble = .unplaced
        core.take(.pod(Self.id, pod), now: Self.start)
        core.take(.view(isCurrent: false), now: Self.start + .seconds(5))
        #expect(DispatchCoreTests.stepped(core.orders(now: Self.start + Self.patience)) == [])
        let back = Self.start + .seconds(900)
        core.take(.view(isCurrent: true), now: back)
        #expect(DispatchCoreTests.stepped(core.orders(now: back + .seconds(599))) == [])
        #expect(DispatchCoreTests.stepped(core.orders(now: back + Self.patience)).count == 1)
    }

    @Test("Past its deadline a job that was not seen to run is given up only once it would be seen")
    func unseenRun() {
        let deadline = Self.start + .seconds(3660)
        for hasRun in [false, true] {
            var core = Self.core()
            core.take(.view(isCurrent: false), now: Self.start + .seconds(5))
            #expect(DispatchCoreTests.stepped(core.orders(now: deadline)) == [])
            let back = deadline + .seconds(60)
            core.take(.view(isCurrent: true), now: back)
            if hasRun { core.take(.pod(Self.id, AttemptTests.pod(ended: false)), now: back + .seconds(1)) }
            let steps = DispatchCoreTests.stepped(core.orders(now: back + .seconds(10)))
            #expect(steps == [.record(uid: "u", stop: hasRun ? .expired : .stuck(.notStarted))])
        }
    }

    @Test("While the cluster cannot be watched nothing starts, and every task says so; a cut does not matter")
    func starts() {
        var core = DispatchCore(policy: DispatchCoreTests.policy)
        #expect(core.capacity == nil)
        core.take(.nodes([NodeCapacity(name: "n", gpus: 2)]), now: Self.start)
        #expect(core.capacity == 2)
        core.take(.view(isCurrent: false), now: Self.start)
        core.take(.queued(DispatchCoreTests.queued(1)), now: Self.start)
        #expect(DispatchCoreTests.begun(core.orders(now: Self.start)) == [DispatchCoreTests.task(1)])
        let lost = Self.start + .seconds(10)
        #expect(core.nextCheck(now: Self.start) == lost)
        // Once that time has come it is no reason to look again, and again.
        if let next = core.nextCheck(now: lost) { #expect(next > lost) }
        core.take(.queued(DispatchCoreTests.queued(2)), now: Self.start)
        #expect(DispatchCoreTests.begun(core.orders(now: lost)) == [])
        #expect(core.waits(now: lost).map(\.wait.reason) == [.clusterUnavailable])
        #expect(core.waits(now: lost).map(\.wait.etaSeconds) == [nil])
        let back = Self.start + .seconds(60)
        core.take(.view(isCurrent: true), now: back)
        #expect(core.waits(now: back).map(\.wait.reason) != [.clusterUnavailable])
        #expect(DispatchCoreTests.begun(core.orders(now: back)) == [DispatchCoreTests.task(2)])
    }

    @Test("A failed job's pods explain it when they can be seen, or not at all once its time is over")
    func unseenExplanation() {
        let end = AttemptTests.start + .seconds(100)
        var view = ClusterView()
        var attempt = AttemptTests.attempt(jobUID: "u")
        view.change(isCurrent: false, now: AttemptTests.start)
        attempt.observe(job: .present(uid: "u", phase: .failed), now: AttemptTests.start)
        #expect(attempt.takeStep(now: AttemptTests.start + .seconds(11), view: view) == nil)
        #expect(attempt.nextCheck(after: AttemptTests.start, view: view) == end)
        var late = attempt
        #expect(late.takeStep(now: end, view: view) == .findResult)
        view.change(isCurrent: true, now: AttemptTests.start + .seconds(50))
        #expect(attempt.takeStep(now: AttemptTests.start + .seconds(59), view: view) == nil)
        #expect(attempt.takeStep(now: AttemptTests.start + .seconds(60), view: view) == .findResult)
    }

    @Test("The GPUs of a finished job whose pods cannot be seen are not free")
    func unseenPods() {
        var view = ClusterView()
        var attempt = AttemptTests.attempt(jobUID: "u")
        attempt.observe(job: .present(uid: "u", phase: .succeeded), now: AttemptTests.start)
        #expect(attempt.takeStep(now: AttemptTests.start, view: view) == .findResult)
        attempt.complete(.findResult, .ended, now: AttemptTests.start)
        view.change(isCurrent: false, now: AttemptTests.start + .seconds(5))
        #expect(attempt.takeStep(now: AttemptTests.start + .seconds(60), view: view) == nil)
        view.change(isCurrent: true, now: AttemptTests.start + .seconds(70))
        #expect(attempt.takeStep(now: AttemptTests.start + .seconds(129), view: view) == nil)
        #expect(attempt.takeStep(now: AttemptTests.start + .seconds(130), view: view) == .release)
    }
}
