internal import MaaSCore
internal import Scheduling
internal import Testing

@testable internal import Dispatching

@Suite("Attempt")
struct AttemptTests {
    static let task = TaskID(time: Timestamp(milliseconds: 1_790_000_000_000), random: [UInt8](0..<10))
    static let id = AttemptID(task: task, number: 1)
    static let start = Timestamp(milliseconds: 0)
    static let policy = AttemptPolicy(
        retries: RetryPolicy(attempts: 2, delay: .seconds(5), delayLimit: .seconds(60)),
        startPatience: .seconds(50)
    )

    static func attempt(number: Int = 1, podCount: Int = 1, forgiven: Int = 0, jobUID: String? = nil) -> Attempt {
        Attempt(
            id: AttemptID(task: Self.task, number: number),
            jobName: "demo-x-1",
            deadline: Self.start + .seconds(100),
            podCount: podCount,
            forgiven: forgiven,
            policy: Self.policy,
            jobUID: jobUID
        )
    }

    static func pod(ended: Bool, failures: [PodFacts.ContainerFailure] = [], reason: String? = nil) -> PodFacts {
        PodFacts(
            name: "demo-x-1-master-0",
            jobName: "demo-x-1",
            node: "n",
            gpus: 1,
            isEnded: ended,
            isFailed: !failures.isEmpty || reason != nil,
            isPending: false,
            reason: reason,
            isDisrupted: false,
            failures: failures
        )
    }

    /// An attempt whose job runs with one pod.
    static func running() -> Attempt {
        var attempt = Self.attempt()
        #expect(attempt.takeStep(now: Self.start) == .submit)
        attempt.complete(.submit, .found(uid: "u"), now: Self.start)
        attempt.observe(job: .present(uid: "u", phase: .running), now: Self.start)
        attempt.observe(pod: Self.pod(ended: false), now: Self.start)
        #expect(attempt.takeStep(now: Self.start) == nil)
        return attempt
    }

    /// Goes through the steps until none is left, answering each as given, and returns them.
    static func steps(
        _ attempt: inout Attempt,
        now: Timestamp = Self.start + .seconds(20),
        answer: (AttemptStep) -> StepOutcome = { _ in .written }
    ) -> [AttemptStep] {
        var steps: [AttemptStep] = []
        while let step = attempt.takeStep(now: now) {
            steps.append(step)
            if step == .forget { break }
            attempt.complete(step, answer(step), now: now)
        }
        return steps
    }

    /// The steps that end the row of an attempt that left no file.
    static func ending(_ verdict: Verdict) -> [AttemptStep] { [.release, .findResult, .write(verdict), .forget] }

    /// Goes through the steps of an attempt that left no file.
    static func stepsWithoutFile(
        _ attempt: inout Attempt,
        now: Timestamp = Self.start + .seconds(20)
    ) -> [AttemptStep] {
        Self.steps(&attempt, now: now) { step in
            switch step {
            case .lookUp: .notFound
            case .findResult: .nothingDelivered
            default: .written
            }
        }
    }

    @Test("A successful job ends by its final event, and is forgotten when its pods have ended")
    func success() {
        var attempt = Self.running()
        attempt.observe(job: .present(uid: "u", phase: .succeeded), now: Self.start)
        #expect(Self.steps(&attempt) { _ in .ended } == [.findResult])
        attempt.observe(pod: Self.pod(ended: true), now: Self.start)
        #expect(Self.steps(&attempt) == [.release, .forget])
    }

    @Test("A file without a final event completes the task")
    func lostFinalEvent() {
        let result = TaskResult(key: "k", size: 1)
        var attempt = Self.running()
        attempt.observe(job: .present(uid: "u", phase: .succeeded), now: Self.start)
        attempt.observe(pod: Self.pod(ended: true), now: Self.start)
        let steps = Self.steps(&attempt) { $0 == .findResult ? .delivered(result) : .written }
        #expect(steps == Self.ending(.ended(.completed(result))))
    }

    @Test("The report of the pod that stored the file completes the result")
    func reportedResult() {
        let digest = String(repeating: "a", count: 64)
        let whole = TaskResult(key: "k", size: 1, sha256: digest, width: 8, frames: 49)
        let report = #"{"key": "k", "size": 1, "sha256": "\#(digest)", "width": 8, "frames": 49}"#
        let others = [
            "done", "{}", report.replacing(#""k""#, with: #""other""#), report.replacing("1,", with: "2,"),
            report.replacing("aa", with: ""), report.replacing("49", with: "-1"),
            report.replacing("49", with: "3000000000"),
        ]
        for (reports, expected) in [(others + [report], whole), (others, TaskResult(key: "k", size: 1))] {
            var attempt = Self.running()
            attempt.observe(job: .present(uid: "u", phase: .succeeded), now: Self.start)
            var pod = Self.pod(ended: true)
            pod.reports = reports
            attempt.observe(pod: pod, now: Self.start)
            let steps = Self.steps(&attempt) {
                $0 == .findResult ? .delivered(TaskResult(key: "k", size: 1)) : .written
            }
            #expect(steps == Self.ending(.ended(.completed(expected))))
        }
    }

    @Test("A successful job without a file fails the task")
    func noFile() {
        var attempt = Self.running()
        attempt.observe(job: .present(uid: "u", phase: .succeeded), now: Self.start)
        attempt.observe(pod: Self.pod(ended: true), now: Self.start)
        #expect(Self.stepsWithoutFile(&attempt) == Self.ending(.ended(.failed(.outputMissing))))
    }

    @Test("The row is only marked cancelled after the job and its pods are gone")
    func cancel() {
        var attempt = Self.running()
        attempt.stop(.cancelled)
        #expect(Self.steps(&attempt) { _ in .deleted } == [.delete(uid: "u")])
        attempt.observe(job: .gone, now: Self.start)
        #expect(Self.steps(&attempt) == [])
        attempt.podGone("demo-x-1-master-0")
        let steps = Self.steps(&attempt) { $0 == .findResult ? .nothingDelivered : .written }
        #expect(steps == [.release, .findResult, .write(.ended(.cancelled)), .forget])
    }

    @Test("Cancelled too late: the user gets what was delivered")
    func cancelTooLate() {
        let result = TaskResult(key: "k", size: 1)
        var attempt = Self.running()
        attempt.stop(.cancelled)
        attempt.observe(job: .gone, now: Self.start)
        attempt.podGone("demo-x-1-master-0")
        let steps = Self.steps(&attempt) { $0 == .findResult ? .delivered(result) : .written }
        #expect(steps == [.release, .findResult, .write(.ended(.completed(result))), .forget])
    }

    @Test("Cancelled before the job was created: it is looked up, not created")
    func cancelBeforeSubmit() {
        var attempt = Self.attempt()
        attempt.stop(.cancelled)
        let steps = Self.steps(&attempt) { $0 == .lookUp ? .notFound : .written }
        #expect(steps == [.lookUp, .release, .write(.ended(.cancelled)), .forget])
    }

    @Test("Cancelled before the job was created, which a late request does during the lookup: the job is deleted")
    func createdDuringLookup() {
        var attempt = Self.attempt()
        attempt.stop(.cancelled)
        #expect(attempt.takeStep(now: Self.start) == .lookUp)
        attempt.observe(job: .present(uid: "u", phase: .running), now: Self.start)
        attempt.observe(pod: Self.pod(ended: false), now: Self.start)
        attempt.complete(.lookUp, .notFound, now: Self.start)
        let steps = Self.steps(&attempt) { if case .delete = $0 { .deleted } else { .written } }
        #expect(steps == [.record(uid: "u", stop: .cancelled), .delete(uid: "u")])
    }

    @Test("An attempt of an earlier term may have delivered, whatever its row says")
    func adoptedAndGone() {
        let end = Self.start + .seconds(100)
        var attempt = Attempt(id: Self.id, jobName: "x", deadline: end, policy: Self.policy, isAdopted: true)
        attempt.stop(.cancelled)
        let result = TaskResult(key: "k", size: 1)
        let steps = Self.steps(&attempt) { step in
            switch step {
            case .lookUp: .notFound
            case .findResult: .delivered(result)
            default: .written
            }
        }
        #expect(steps == [.lookUp, .release, .findResult, .write(.ended(.completed(result))), .forget])
    }

    /// The API server was away for longer than the task may run.
    @Test("A job that was never created by its deadline costs an attempt, and does not fail the task")
    func neverCreated() {
        var attempt = Self.attempt()
        #expect(attempt.takeStep(now: Self.start) == .submit)
        attempt.complete(.submit, .postponed, now: Self.start + .seconds(100))
        let late = Self.start + .seconds(101)
        let end = Verdict.requeued(.notStarted, notBefore: late + .seconds(5), isForgiven: false)
        #expect(Self.stepsWithoutFile(&attempt, now: late) == [.lookUp, .release, .write(end), .forget])
    }

    @Test("Past its deadline a job is deleted and the task fails")
    func deadline() {
        var attempt = Self.running()
        #expect(attempt.nextCheck(after: Self.start) == Self.start + .seconds(100))
        let late = Self.start + .seconds(100)
        #expect(Self.steps(&attempt, now: late) == [.record(uid: "u", stop: .expired), .delete(uid: "u")])
        attempt.observe(job: .gone, now: late)
        attempt.podGone("demo-x-1-master-0")
        #expect(Self.stepsWithoutFile(&attempt, now: late) == Self.ending(.ended(.failed(.deadlineExceeded))))
    }

    @Test("A lost node causes a retry, up to the limit")
    func lostNode() {
        let failure = TaskFailure(
            code: "NODE_LOST",
            message: "The machine it ran on became unavailable (NodeLost).",
            isRetryable: true
        )
        let now = Self.start + .seconds(20)
        let first = Verdict.requeued(failure, notBefore: now + .seconds(5), isForgiven: false)
        for (number, verdict) in [(1, first), (2, .ended(.failed(failure)))] {
            var attempt = Self.attempt(number: number, jobUID: "u")
            attempt.observe(job: .present(uid: "u", phase: .failed), now: Self.start)
            attempt.observe(pod: Self.pod(ended: true, reason: "NodeLost"), now: Self.start)
            #expect(Self.stepsWithoutFile(&attempt, now: now) == Self.ending(verdict))
        }
    }

    @Test("With no attempt left, a pod on an unreachable node may deliver until its deadline")
    func lastHope() {
        for number in 1...2 {
            let id = AttemptID(task: Self.task, number: number)
            let end = Self.start + .seconds(100)
            var attempt = Attempt(
                id: id,
                jobName: "x",
                deadline: end,
                policy: Self.policy,
                jobUID: "u"
            )
            attempt.observe(pod: Self.pod(ended: false), now: Self.start)
            attempt.observe(job: .present(uid: "u", phase: .failed), now: Self.start)
            let isLast = number == 2
            #expect((Self.steps(&attempt, now: Self.start + .seconds(30)) { _ in .postponed } == []) == isLast)
            guard isLast else { continue }
            #expect(attempt.nextCheck(after: Self.start + .seconds(60)) == end)
            #expect(Self.steps(&attempt, now: end) { _ in .postponed } == [.findResult])
        }
    }

    @Test("A failed step is retried after a delay, one at a time")
    func postponed() {
        var attempt = Self.attempt()
        #expect(attempt.takeStep(now: Self.start) == .submit)
        #expect(attempt.takeStep(now: Self.start) == nil)
        attempt.complete(.submit, .postponed, now: Self.start)
        #expect(attempt.takeStep(now: Self.start) == nil)
        let retry = attempt.nextCheck(after: Self.start)
        #expect(retry != nil)
        if let retry { #expect(attempt.takeStep(now: retry) == .submit) }
    }

    @Test("Retry-After is respected")
    func busy() {
        var attempt = Self.attempt()
        #expect(attempt.takeStep(now: Self.start) == .submit)
        attempt.complete(.submit, .busy(.seconds(7)), now: Self.start)
        #expect(attempt.nextCheck(after: Self.start) == Self.start + .seconds(7))
        #expect(attempt.takeStep(now: Self.start + .milliseconds(6999)) == nil)
        #expect(attempt.takeStep(now: Self.start + .seconds(7)) == .submit)
    }

    @Test("A job missing from a list is looked up by name before it counts as gone")
    func staleList() {
        var attempt = Self.running()
        attempt.jobNotListed()
        #expect(Self.steps(&attempt) { _ in .found(uid: "u") } == [.lookUp])
        attempt.jobNotListed()
        attempt.observe(pod: Self.pod(ended: true), now: Self.start)
        let now = Self.start + .seconds(20)
        let verdict = Verdict.requeued(.jobLost, notBefore: now + .seconds(5), isForgiven: false)
        #expect(Self.stepsWithoutFile(&attempt, now: now) == [.lookUp] + Self.ending(verdict))
    }

    @Test("A hanging job is ended some time after the relay has ended its row")
    func hangingJob() {
        var attempt = Self.running()
        attempt.observeRow(isRunning: false, now: Self.start)
        #expect(Self.steps(&attempt, now: Self.start) == [])
        let later = Self.start + .seconds(30)
        attempt.observeRow(isRunning: false, now: later)
        #expect(Self.steps(&attempt, now: later) { _ in .deleted } == [.delete(uid: "u")])
    }

    @Test("A job of the same name with another uid is not ours")
    func foreignJob() {
        var attempt = Self.running()
        attempt.observe(job: .present(uid: "other", phase: .failed), now: Self.start)
        #expect(attempt.job == .present(uid: "u", phase: .running))
    }

    @Test("An exhausted quota delays the task, longer each time, and is not charged")
    func quota() {
        let now = Self.start + .seconds(20)
        for (forgiven, delay) in [(0, 15), (1, 30), (2, 60), (9, 240)] {
            var attempt = Self.attempt(number: forgiven + 1, forgiven: forgiven)
            let steps = Self.steps(&attempt, now: now) { $0 == .submit ? .noQuota : .written }
            let end = Verdict.requeued(.quotaExceeded, notBefore: now + .seconds(delay), isForgiven: true)
            #expect(steps == [.submit, .release, .write(end), .forget])
        }
    }

    @Test("The ending of an attempt determines the charge")
    func endings() {
        var attempt = Self.running()
        attempt.observe(job: .present(uid: "u", phase: .succeeded), now: Self.start)
        #expect(attempt.ending == .completed)
        var lost = Self.running()
        lost.observe(job: .present(uid: "u", phase: .failed), now: Self.start)
        lost.observe(pod: Self.pod(ended: true, reason: "NodeLost"), now: Self.start)
        #expect(lost.ending == .interrupted)
        var own = Self.running()
        own.observe(job: .present(uid: "u", phase: .failed), now: Self.start)
        own.observe(pod: Self.pod(ended: true, failures: [.init(isInit: false, exitCode: 1)]), now: Self.start)
        #expect(own.ending == .stopped)
    }
}
