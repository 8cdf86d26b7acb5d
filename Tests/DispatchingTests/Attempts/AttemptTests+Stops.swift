internal import MaaSCore
internal import Scheduling
internal import Testing

@testable internal import Dispatching

/// Attempts that somebody ends: preempted, past their deadline, cancelled.
extension AttemptTests {
    @Test("A preempted attempt is not charged: the task is requeued at once, and the attempt does not count")
    func preempted() {
        var attempt = Self.running()
        attempt.stop(.preempted)
        #expect(Self.steps(&attempt) == [.record(uid: "u", stop: .preempted), .delete(uid: "u")])
        attempt.observe(job: .gone, now: Self.start)
        attempt.podGone("demo-x-1-master-0")
        #expect(attempt.ending == .interrupted)
        let now = Self.start + .seconds(20)
        let verdict = Verdict.requeued(.preempted, notBefore: now, isForgiven: true)
        #expect(Self.stepsWithoutFile(&attempt, now: now) == Self.ending(verdict))
    }

    @Test("The job is recorded in the row before it is deleted, or a successor would create it again")
    func recorded() {
        var attempt = Attempt(
            id: Self.attempt().id,
            jobName: "demo-x-1",
            deadline: Self.start + .seconds(100),
            policy: Self.policy,
            isAdopted: true
        )
        attempt.observe(job: .present(uid: "u", phase: .running), now: Self.start)
        attempt.observe(pod: Self.pod(ended: false), now: Self.start)
        attempt.stop(.preempted)
        let steps = Self.steps(&attempt) { $0 == .delete(uid: "u") ? .deleted : .written }
        #expect(steps == [.record(uid: "u", stop: .preempted), .delete(uid: "u")])
    }

    /// A leader dies after each step of ending an attempt, and the next one takes over from the row and the cluster.
    @Test(
        "A successor knows why an attempt is being stopped",
        arguments: [
            .preempted, .expired,
            .stuck(TaskFailure(code: "IMAGE_PULL_FAILED", message: "No image.")),
        ] as [StopReason]
    )
    func stopSurvivesTakeover(stop: StopReason) throws {
        for isDeleted in [false, true] {
            var next = Attempt(
                id: Self.id,
                jobName: "demo-x-1",
                deadline: Self.start + .seconds(100),
                policy: Self.policy,
                isAdopted: true,
                jobUID: "u",
                stop: stop.failure.map(StopReason.init)
            )
            #expect(next.stop == stop)
            if isDeleted { next.jobNotListed() } else { next.observe(pod: Self.pod(ended: false), now: Self.start) }
            let now = Self.start + .seconds(20)
            let failure = try #require(stop.failure)
            let verdict: Verdict =
                stop == .preempted
                ? .requeued(failure, notBefore: now, isForgiven: true) : .ended(.failed(failure))
            if isDeleted {
                #expect(Self.stepsWithoutFile(&next, now: now) == [.lookUp] + Self.ending(verdict))
            } else {
                #expect(Self.stepsWithoutFile(&next, now: now) == [.delete(uid: "u")])
                next.observe(job: .gone, now: Self.start)
                next.podGone("demo-x-1-master-0")
                #expect(Self.stepsWithoutFile(&next, now: now) == Self.ending(verdict))
            }
        }
    }

    /// Its pod stays Terminating, and the operator leaves a job that is being deleted alone.
    @Test(
        "A task whose attempt is stopped on a node that is lost does not wait for the node",
        arguments: [.cancelled, .preempted, .expired] as [StopReason]
    )
    func stoppedOnLostNode(stop: StopReason) throws {
        let start = Self.start + .seconds(20)
        var attempt = Self.running()
        attempt.stop(stop)
        #expect(Self.steps(&attempt, now: start).last == .delete(uid: "u"))
        let end = start + Self.policy.endingPatience
        #expect(Self.steps(&attempt, now: end + .milliseconds(-1)) == [])
        #expect(attempt.nextCheck(after: end + .milliseconds(-1)) == end)
        let verdict: Verdict =
            switch stop {
            case .preempted: .requeued(.preempted, notBefore: end, isForgiven: true)
            case .expired: .ended(.failed(.deadlineExceeded))
            default: .ended(.cancelled)
            }
        #expect(Self.stepsWithoutFile(&attempt, now: end) == [.findResult, .write(verdict)])
        #expect(attempt.isRemnant)
        attempt.observe(job: .gone, now: end)
        #expect(Self.stepsWithoutFile(&attempt, now: end) == [])
        attempt.podGone("demo-x-1-master-0")
        #expect(Self.stepsWithoutFile(&attempt, now: end) == [.release, .forget])
    }

    @Test("One that is cancelled when its job has long failed with its node does not wait, either")
    func cancelledAfterFailure() {
        let end = Self.start + Self.policy.endingPatience
        var attempt = Attempt(
            id: AttemptID(task: Self.task, number: 2),
            jobName: "x",
            deadline: end + .seconds(100),
            policy: Self.policy,
            jobUID: "u"
        )
        attempt.observe(pod: Self.pod(ended: false), now: Self.start)
        attempt.observe(job: .present(uid: "u", phase: .failed), now: Self.start)
        attempt.stop(.cancelled)
        #expect(Self.steps(&attempt, now: end + .milliseconds(-1)) == [])
        #expect(Self.stepsWithoutFile(&attempt, now: end) == [.findResult, .write(.ended(.cancelled))])
    }

    @Test("While the pods cannot be seen, nothing is known of their node")
    func stoppedUnseen() {
        var view = ClusterView()
        var attempt = Self.running()
        attempt.stop(.cancelled)
        #expect(Self.steps(&attempt, now: Self.start).last == .delete(uid: "u"))
        view.change(isCurrent: false, now: Self.start)
        #expect(attempt.takeStep(now: Self.start + .seconds(700), view: view) == nil)
        view.change(isCurrent: true, now: Self.start + .seconds(700))
        #expect(attempt.takeStep(now: Self.start + .seconds(1299), view: view) == nil)
        #expect(attempt.takeStep(now: Self.start + .seconds(1300), view: view) == .findResult)
    }

    @Test("A cancellation by the user overrides other reasons to stop")
    func preemptedAndCancelled() {
        var attempt = Self.running()
        for reason in [StopReason.preempted, .cancelled, .expired] { attempt.stop(reason) }
        #expect(attempt.stop == .cancelled)
    }

    /// The limit is two attempts.
    @Test("A forgiven attempt does not count against the limit")
    func forgiven() {
        let now = Self.start + .seconds(20)
        var attempt = Self.attempt(number: 2, forgiven: 1, jobUID: "u")
        attempt.observe(job: .gone, now: Self.start)
        let verdict = Verdict.requeued(.jobLost, notBefore: now + .seconds(5), isForgiven: false)
        #expect(Self.stepsWithoutFile(&attempt, now: now) == Self.ending(verdict))
    }
}
