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
        let steps = Self.steps(&attempt, now: now) { $0 == .settle ? .nothingDelivered : .written }
        guard case .write(.requeued(let failure, now, true)) = steps[2] else { return #expect(Bool(false), "\(steps)") }
        #expect(failure.code == "PREEMPTED")
    }

    @Test("The job is recorded in the row before it is deleted, or a successor would create it again")
    func recorded() {
        var attempt = Attempt(
            id: Self.attempt().id,
            name: "demo-x-1",
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
    func stopSurvivesTakeover(stop: StopReason) {
        for isDeleted in [false, true] {
            var next = Attempt(
                id: Self.id,
                name: "demo-x-1",
                deadline: Self.start + .seconds(100),
                policy: Self.policy,
                isAdopted: true,
                jobUID: "u",
                stop: stop.failure.map(StopReason.init)
            )
            #expect(next.stop == stop)
            if isDeleted { next.jobNotListed() } else { next.observe(pod: Self.pod(ended: false), now: Self.start) }
            var steps = Self.steps(&next) { step in
                switch step {
                case .lookUp: .notFound
                case .settle: .nothingDelivered
                default: .written
                }
            }
            if !isDeleted {
                #expect(steps == [.delete(uid: "u")])
                next.observe(job: .gone, now: Self.start)
                next.podGone("demo-x-1-master-0")
                steps += Self.steps(&next) { $0 == .settle ? .nothingDelivered : .written }
            }
            switch steps.first(where: { if case .write = $0 { true } else { false } }) {
            case .write(.requeued(let failure, _, true)): #expect(stop == .preempted && failure == stop.failure)
            case .write(.ended(.failed(let failure))): #expect(stop != .preempted && failure == stop.failure)
            default: #expect(Bool(false), "\(steps)")
            }
        }
    }

    @Test("A preempted attempt that is cancelled ends cancelled")
    func preemptedAndCancelled() {
        var attempt = Self.running()
        for reason in [StopReason.preempted, .cancelled, .expired] { attempt.stop(reason) }
        #expect(attempt.stop == .cancelled)
    }

    @Test("Forgiven attempts do not use up the limit")
    func forgiven() {
        for forgiven in [0, 1] {
            var attempt = Self.attempt(forgiven: forgiven, jobUID: "u")
            attempt.observe(job: .present(uid: "u", phase: .failed), now: Self.start)
            attempt.observe(pod: Self.pod(ended: true, reason: "Evicted"), now: Self.start)
            let steps = Self.steps(&attempt) { $0 == .settle ? .nothingDelivered : .written }
            guard case .write(.requeued) = steps[2] else { return #expect(Bool(false), "\(steps)") }
        }
    }
}
