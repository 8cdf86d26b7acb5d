internal import MaaSCore
internal import Scheduling

/// One run of a task: what is known of it, and what is to be done next.
///
/// It is level-triggered: ``takeStep(now:)`` looks at all facts and says what is missing, whatever order they came in and
/// however often. A step in flight is not given again until its outcome is in.
struct Attempt: Sendable {
    let id: AttemptID
    let name: String
    /// When the job is ended that did not end itself: the operator does not enforce deadlines (trainer issue 3358).
    let deadline: Timestamp
    /// Which of the attempts that count this one is.
    let ordinal: Int
    let policy: AttemptPolicy

    private(set) var claim: AttemptClaim
    private(set) var job: JobFacts
    private(set) var pods = AttemptPods()
    private(set) var stop: StopReason?

    private var verdict: Verdict?
    private var gate = StepGate()
    /// Whether its job may have run, and left a file.
    private var mayHaveRun: Bool
    private var presentSince: Timestamp?
    private var overSince: Timestamp?
    /// Since when its row no longer says that it runs.
    private var rowEndedSince: Timestamp?
    /// Whether a list of all jobs did not show ours. The list may be older than the job: only asking for it decides.
    private var isDoubtful = false
    /// Whether the row holds the job's uid.
    private var isRecorded: Bool
    /// Why the row says that it is ended.
    private var recordedStop: StopReason?
    private var isDeleteOrdered = false
    private var isRowEnded = false
    private var isReleased = false

    /// An attempt whose row says RUNNING.
    ///
    /// - Parameter forgiven: how many of the task's attempts do not count.
    /// - Parameter isAdopted: whether another term began it, and may have got further than its row says.
    /// - Parameter jobUID: of the row; nil when the row holds only the intent.
    /// - Parameter stop: why a term before this one had begun to end it.
    init(
        id: AttemptID,
        name: String,
        deadline: Timestamp,
        forgiven: Int = 0,
        policy: AttemptPolicy,
        isAdopted: Bool = false,
        jobUID: String? = nil,
        stop: StopReason? = nil
    ) {
        self.id = id
        self.name = name
        self.deadline = deadline
        self.ordinal = id.number - forgiven
        self.policy = policy
        self.claim = .ours
        self.job = jobUID.map { .present(uid: $0, phase: .pending) } ?? .intended
        self.mayHaveRun = isAdopted || jobUID != nil
        self.isRecorded = jobUID != nil
        self.stop = stop
        self.recordedStop = stop
    }

    /// An attempt that the cluster shows and we did not know: perhaps what is left of one whose row has moved on.
    ///
    /// Its GPUs count from now on. Its job is deleted only when the row confirms that it is over.
    init(sighted id: AttemptID, name: String, job: JobFacts, policy: AttemptPolicy) {
        self.id = id
        self.name = name
        self.deadline = Timestamp(milliseconds: .max)
        self.ordinal = id.number
        self.policy = policy
        self.claim = .unconfirmed
        self.job = job
        self.mayHaveRun = true
        self.isRecorded = false
    }

    /// Takes over what the cluster showed of it before its row did.
    mutating func inherit(_ sighted: Attempt, now: Timestamp) {
        if sighted.job != .intended { self.observe(job: sighted.job, now: now) }
        for pod in sighted.pods.byName.values { self.observe(pod: pod, now: now) }
    }

    // MARK: Facts

    mutating func observe(job: JobFacts, now: Timestamp) {
        // A job of the same name with another uid cannot be ours: the name is used once.
        if let uid = job.uid, let known = self.job.uid, known != uid { return }
        if self.job == .gone { return }
        self.isDoubtful = false
        self.job = job
        if job.uid != nil {
            self.mayHaveRun = true
            self.presentSince = self.presentSince ?? now
        }
        if job.isOver { self.overSince = self.overSince ?? now }
    }

    /// A job of this attempt is gone: this one, or one that somebody deleted before it was made.
    mutating func jobGone(uid: String, now: Timestamp) {
        if self.job.uid == nil || self.job.uid == uid { self.observe(job: .gone, now: now) }
    }

    /// A list of all jobs does not show this one.
    mutating func jobNotListed() { if self.job.uid != nil { self.isDoubtful = true } }

    mutating func observe(pod: PodFacts, now: Timestamp) { self.pods.observe(pod, now: now) }

    mutating func podGone(_ name: String) { self.pods.remove(name) }

    /// Takes whether the row still says that this attempt runs. The relay may have written its end.
    mutating func observeRow(isRunning: Bool, now: Timestamp) {
        guard self.claim == .ours, !isRunning else { return self.rowEndedSince = nil }
        let since = self.rowEndedSince ?? now
        self.rowEndedSince = since
        if now >= since + self.policy.lingerPatience { self.isRowEnded = true }
    }

    /// Ends it. The user's wish outranks the other reasons; of those the first counts.
    mutating func stop(_ reason: StopReason) { if self.stop == nil || reason == .cancelled { self.stop = reason } }

    // MARK: Outcomes

    mutating func complete(_ step: AttemptStep, _ outcome: AttemptOutcome, now: Timestamp) {
        guard self.gate.leave(step, outcome, now: now), !outcome.isPostponed else { return }
        switch (step, outcome) {
        case (.submit, .found(let uid)), (.lookUp, .found(let uid)):
            self.isDoubtful = false
            self.mayHaveRun = true
            self.isRecorded = self.isRecorded || step == .submit
            self.presentSince = self.presentSince ?? now
            if self.job == .intended { self.job = .present(uid: uid, phase: .pending) }
        case (.submit, .refused(let failure)):
            self.job = .gone
            self.verdict = self.verdict(on: failure, now: now)
        case (.submit, .noQuota):
            self.job = .gone
            self.verdict = .requeued(Self.quotaFailure, notBefore: now + self.policy.quotaRest, isForgiven: true)
        case (.lookUp, .notFound): self.job = .gone
        // Gone, or another has its name: a request of a dead dispatcher came late. Only the name tells.
        case (.delete, .notFound): self.job = .intended
        case (.record(_, let reason), _):
            self.isRecorded = true
            self.recordedStop = reason ?? self.recordedStop
        case (.delete, _): self.isDeleteOrdered = true
        case (.confirm, .foreign): self.claim = .foreign
        case (.confirm, .ended):
            self.claim = .leftover
            self.isRowEnded = true
        case (.submit, .ended), (.settle, .ended), (.write, .written): self.isRowEnded = true
        case (.settle, .delivered(let result)): self.verdict = .ended(.completed(result))
        case (.settle, .nothingDelivered): self.verdict = self.verdictWithoutFile(now: now)
        case (.release, _): self.isReleased = true
        default: break
        }
    }

    // MARK: What is next

    /// The next step, if there is one that need not wait.
    mutating func takeStep(now: Timestamp) -> AttemptStep? {
        self.losePatience(now: now)
        guard self.gate.isOpen(at: now), let step = self.nextStep(now: now) else { return nil }
        self.gate.enter(step)
        return step
    }

    /// When to look again although nothing was heard.
    func nextLook(after now: Timestamp) -> Timestamp? {
        var times: [Timestamp] = []
        if let time = self.gate.opensAt { times.append(time) }
        if !self.job.isOver {
            times.append(self.deadline)
            times += self.pods.patienceEnds(self.policy.startPatience)
            if !self.pods.wereShown, let since = self.presentSince { times.append(since + self.policy.startPatience) }
        } else if let since = self.overSince {
            times += [since + self.policy.podPatience, since + self.policy.explanationPatience, self.deadline]
        }
        return times.filter { $0 > now }.min()
    }

    /// How it gives its GPUs back: whether its user is charged, and whether its duration teaches anything.
    var ending: Ending {
        if self.job.phase == .succeeded { return .completed }
        switch self.stop {
        case .cancelled, .expired: return .stopped
        case .preempted, .stuck: return .interrupted
        case nil: break
        }
        if self.isRowEnded { return .stopped }
        guard self.job.phase == .failed else { return .interrupted }
        return FailureClassifier.classify(self.pods.byName.values).isRetryable ? .interrupted : .stopped
    }

    private var isUnwanted: Bool { self.stop != nil || self.isRowEnded }

    /// Whether the row says all that whoever leads next has to know once the job is deleted: that there was one, and why
    /// it was ended. That its user asked for it, the row says already.
    private var isStopKnown: Bool {
        self.isRecorded && (self.stop == .cancelled || self.stop == self.recordedStop)
    }

    private mutating func losePatience(now: Timestamp) {
        guard self.claim == .ours, !self.job.isOver, self.stop == nil else { return }
        if now >= self.deadline {
            self.stop = .expired
        } else if let trouble = self.pods.trouble(now: now, patience: self.policy.startPatience) {
            self.stop = .stuck(trouble.failure)
        } else if !self.pods.wereShown, let since = self.presentSince, now >= since + self.policy.startPatience {
            self.stop = .stuck(Self.notStartedFailure)
        }
    }

    /// Whether its GPUs are free. A job that is over and has shown no pod yet gets time to: the two watches are apart.
    private func arePodsEnded(now: Timestamp) -> Bool {
        guard self.pods.areEnded else { return false }
        if self.pods.wereShown || self.job == .gone { return true }
        return self.overSince.map { now >= $0 + self.policy.podPatience } ?? false
    }

    /// Whether a pod of a job that has failed may yet deliver, on a node that is out of reach, when there is no attempt left.
    private func isLastHope(after failure: TaskFailure, now: Timestamp) -> Bool {
        guard failure.isRetryable, !self.pods.areEnded, now < self.deadline else { return false }
        return if case .ended = self.verdict(on: failure, now: now) { true } else { false }
    }

    private func nextStep(now: Timestamp) -> AttemptStep? {
        switch self.claim {
        case .unconfirmed: return .confirm
        case .foreign: return !self.pods.areEnded ? nil : self.isReleased ? .forget : .release
        case .ours, .leftover: break
        }
        switch self.job {
        case .intended: return self.isUnwanted ? .lookUp : .submit
        case .present where self.isDoubtful: return .lookUp
        case .present(let uid, let phase) where !phase.isOver:
            guard self.isUnwanted, !self.isDeleteOrdered else { return nil }
            let isKnown = self.isStopKnown || self.isRowEnded || self.claim != .ours
            return isKnown ? .delete(uid: uid) : .record(uid: uid, stop: self.stop)
        case .present, .gone: break
        }
        // The order matters: GPUs come free before anybody is told, so that the next task need not wait for the row.
        if !self.isReleased, self.arePodsEnded(now: now) { return .release }
        if !self.isRowEnded { return self.stepToEndOfRow(now: now) }
        return self.isReleased ? .forget : nil
    }

    private func stepToEndOfRow(now: Timestamp) -> AttemptStep? {
        if let verdict = self.verdict { return .write(verdict) }
        // A file that is there outranks all: the user gets what was made, even when they asked to cancel too late.
        if self.job.phase == .succeeded { return .settle }
        // A task is CANCELLED, past its DEADLINE or back in the queue when its GPUs are free, and not before.
        if let stop = self.stop {
            if !self.isReleased { return nil }
            // It may have delivered just before its job was deleted, or in the grace period of its pods.
            return self.mayHaveRun ? .settle : .write(self.verdict(on: stop, now: now))
        }
        if self.job.phase == .failed {
            let failure = FailureClassifier.classify(self.pods.byName.values)
            let isOwnFault = self.pods.haveFailed && !failure.isRetryable && !self.pods.haveSucceeded
            if isOwnFault { return .write(self.verdict(on: failure, now: now)) }
            let isPatient = self.overSince.map { now < $0 + self.policy.explanationPatience } ?? false
            if isPatient, !self.pods.haveFailed { return nil }
            // Pods were taken away; one may have delivered before, or in its grace period.
            return self.isLastHope(after: failure, now: now) ? nil : .settle
        }
        return .settle  // Deleted by somebody else, or lost: perhaps it had delivered before.
    }
}

// MARK: Verdicts

extension Attempt {
    private func verdict(on failure: TaskFailure, now: Timestamp) -> Verdict {
        self.policy.retries.verdict(on: failure, attempt: self.ordinal, now: now)
    }

    private func verdict(on stop: StopReason, now: Timestamp) -> Verdict {
        guard let failure = stop.failure else { return .ended(.cancelled) }
        if stop == .preempted { return .requeued(failure, notBefore: now, isForgiven: true) }
        return self.verdict(on: failure, now: now)
    }

    private func verdictWithoutFile(now: Timestamp) -> Verdict {
        if let stop = self.stop { return self.verdict(on: stop, now: now) }
        let failure =
            switch self.job.phase {
            case .succeeded: Self.outputMissing
            case .failed: FailureClassifier.classify(self.pods.byName.values)
            case .pending, .running, nil: Self.jobLost
            }
        return self.verdict(on: failure, now: now)
    }

    private static let outputMissing = TaskFailure(
        code: "OUTPUT_MISSING",
        message: "The generation ended well but left no video."
    )
    private static let jobLost = TaskFailure(
        code: "JOB_LOST",
        message: "The job was removed while it ran.",
        isRetryable: true
    )
    private static let notStartedFailure = TaskFailure(
        code: "NOT_STARTED",
        message: "The cluster did not start the job.",
        isRetryable: true
    )
    private static let quotaFailure = TaskFailure(
        code: "CLUSTER_QUOTA",
        message: "The quota for jobs in the cluster was used up.",
        isRetryable: true
    )
}
