internal import MaaSCore
internal import Scheduling
internal import Testing

@testable internal import Dispatching

/// Pods that are missing, do not start, or are lost before they do.
extension AttemptTests {
    /// A volume that its node lacks, a network that does not come up: the kubelet reports no trouble, and tries
    /// forever.
    @Test("A job whose pods never ran by its deadline costs an attempt, and does not fail the task")
    func neverRan() {
        let late = Self.start + .seconds(100)
        for hasRun in [false, true] {
            var attempt = Self.attempt(jobUID: "u")
            var pod = Self.pod(ended: false)
            pod.isPending = !hasRun
            attempt.observe(pod: pod, now: Self.start)
            #expect(Self.steps(&attempt, now: Self.start + .seconds(99)) == [])
            let stop = hasRun ? StopReason.expired : .stuck(.notStarted)
            #expect(Self.steps(&attempt, now: late) == [.record(uid: "u", stop: stop), .delete(uid: "u")])
        }
    }

    @Test("A job that lacks one of its pods is given up like one without any")
    func missingPod() {
        for podCount in 1...2 {
            var attempt = Self.attempt(podCount: podCount)
            #expect(attempt.takeStep(now: Self.start) == .submit)
            attempt.complete(.submit, .found(uid: "u"), now: Self.start)
            attempt.observe(pod: Self.pod(ended: false), now: Self.start)
            let end = Self.start + .seconds(50)
            #expect(attempt.nextCheck(after: Self.start) == (podCount == 1 ? Self.start + .seconds(100) : end))
            let stop = StopReason.stuck(.notStarted)
            #expect(
                Self.steps(&attempt, now: end)
                    == (podCount == 1 ? [] : [.record(uid: "u", stop: stop), .delete(uid: "u")])
            )
        }
    }

    @Test("A pod that was lost with its node before it ran is given up, and its task does not wait for it to go away")
    func stranded() {
        let failure = PodTrouble.stranded.failure
        var attempt = Self.attempt(jobUID: "u")
        var pod = Self.pod(ended: false)
        pod.isPending = true
        pod.trouble = .stranded
        attempt.observe(pod: pod, now: Self.start)
        #expect(Self.steps(&attempt, now: Self.start + .seconds(49)) == [])
        let now = Self.start + .seconds(50)
        let verdict = Verdict.requeued(failure, notBefore: now + .seconds(5), isForgiven: false)
        #expect(
            Self.stepsWithoutFile(&attempt, now: now) == [
                .record(uid: "u", stop: .stuck(failure)), .delete(uid: "u"), .findResult, .write(verdict),
            ]
        )
        #expect(attempt.isRemnant && attempt.ending == .interrupted)
        attempt.podGone(pod.name)
        #expect(Self.stepsWithoutFile(&attempt, now: now) == [])
        attempt.observe(job: .gone, now: now)
        #expect(Self.stepsWithoutFile(&attempt, now: now) == [.release, .forget])
    }

    @Test(
        "A stuck pod is given time, unless waiting is pointless",
        arguments: [
            (PodTrouble.unplaced, "NOT_PLACED", false),
            (.image(reason: "ImagePullBackOff"), "IMAGE_PULL_FAILED", false),
            (.image(reason: "InvalidImageName"), "IMAGE_PULL_FAILED", true),
            (.container(reason: "CreateContainerConfigError"), "CONTAINER_CANNOT_RUN", false),
        ]
    )
    func stuck(trouble: PodTrouble, code: String, isHopeless: Bool) {
        var attempt = Self.attempt(jobUID: "u")
        var pod = Self.pod(ended: false)
        pod.trouble = trouble
        attempt.observe(pod: pod, now: Self.start)
        if !isHopeless {
            #expect(Self.steps(&attempt, now: Self.start) == [])
            #expect(attempt.nextCheck(after: Self.start) == Self.start + .seconds(50))
        }
        let later = Self.start + .seconds(50)
        let stop = StopReason.stuck(trouble.failure)
        #expect(Self.steps(&attempt, now: later) == [.record(uid: "u", stop: stop), .delete(uid: "u")])
        attempt.observe(job: .gone, now: later)
        attempt.podGone(pod.name)
        #expect(trouble.failure.code == code)
        let verdict: Verdict =
            isHopeless
            ? .ended(.failed(trouble.failure))
            : .requeued(trouble.failure, notBefore: later + .seconds(5), isForgiven: false)
        #expect(Self.stepsWithoutFile(&attempt, now: later) == Self.ending(verdict))
    }

    @Test("A pod that recovers is given the full time again")
    func overcome() {
        var attempt = Self.attempt(jobUID: "u")
        var pod = Self.pod(ended: false)
        pod.trouble = .image(reason: "ErrImagePull")
        attempt.observe(pod: pod, now: Self.start)
        pod.trouble = nil
        attempt.observe(pod: pod, now: Self.start + .seconds(40))
        pod.trouble = .image(reason: "ErrImagePull")
        attempt.observe(pod: pod, now: Self.start + .seconds(45))
        #expect(Self.steps(&attempt, now: Self.start + .seconds(60)) == [])
    }

    @Test("A job without pods is given up")
    func notStarted() {
        var attempt = Self.attempt()
        #expect(attempt.takeStep(now: Self.start) == .submit)
        attempt.complete(.submit, .found(uid: "u"), now: Self.start)
        #expect(Self.steps(&attempt, now: Self.start + .seconds(49)) == [])
        let steps = Self.steps(&attempt, now: Self.start + .seconds(50))
        #expect(steps.last == .delete(uid: "u") && steps.count == 2)
    }
}
