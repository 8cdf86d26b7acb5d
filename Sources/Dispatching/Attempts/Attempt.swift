internal import MaaSCore
internal import Scheduling

/// The state of one run of a task, and its next step.
///
/// Level-triggered: ``takeStep(now:view:)`` compares all facts with what should be, so their order and repetition do
/// not matter. A step in flight is not handed out again before its outcome arrives.
struct Attempt: Sendable {
    let id: AttemptID
    let jobName: String
    /// When the job is ended for running too long: the operator does not enforce deadlines (trainer issue 3358).
    let deadline: Timestamp
    /// The attempt's number among those that count against the limit.
    let ordinal: Int
    let policy: AttemptPolicy
    /// How many pods its job makes, at least.
    private let podCount: Int

    private(set) var claim: AttemptClaim
    private(set) var job: JobFacts
    /// The job, if it appeared after a lookup had not found it: a request of an earlier term may have been under way.
    /// It is a leftover, handled as one once the attempt is forgotten.
    private(set) var lateJob: JobFacts?
    private(set) var pods = AttemptPods()
    private(set) var stop: StopReason?

    private var verdict: Verdict?
    private var gate = StepGate()
    /// Whether the job may have run and left a file.
    private var mayHaveRun: Bool
    private var presentSince: Timestamp?
    private var overSince: Timestamp?
    /// Since when its row has no longer been RUNNING.
    private var rowEndedSince: Timestamp?
    /// Whether a list of all jobs lacked ours. The list may be older than the job, so a lookup decides.
    private var isDoubtful = false
    /// Whether the job's uid is in the row.
    private var isRecorded: Bool
    /// The stop reason in the row.
    private var recordedStop: StopReason?
    /// When the cluster accepted the deletion of its job.
    private var deletedAt: Timestamp?
    private var isRowEnded = false
    private var isReleased = false

    /// Creates an attempt whose row is RUNNING.
    /// - Parameters:
    ///   - podCount: how many pods its job makes; 1 for a job that another dispatcher may have made, of another
    ///     template.
    ///   - forgiven: the number of the task's attempts that do not count.
    ///   - isAdopted: whether an earlier term began it and may have got further than its row says.
    ///   - jobUID: from the row; nil when the row holds only the intent.
    ///   - stop: why an earlier term was ending it.
    init(
        id: AttemptID,
        jobName: String,
        deadline: Timestamp,
        podCount: Int = 1,
        forgiven: Int = 0,
        policy: AttemptPolicy,
        isAdopted: Bool = false,
        jobUID: String? = nil,
        stop: StopReason? = nil
    ) {
        self.id = id
        self.jobName = jobName
        self.deadline = deadline
        self.podCount = podCount
        self.ordinal = id.number - forgiven
        self.policy = policy
        self.claim = .ours
        self.job = jobUID.map { .present(uid: $0, phase: .pending) } ?? .intended
        self.mayHaveRun = isAdopted || jobUID != nil
        self.isRecorded = jobUID != nil
        self.stop = stop
        self.recordedStop = stop
    }

    /// Creates an unknown attempt that was seen in the cluster, perhaps left over after its row moved on.
    ///
    /// Its GPUs count from now on. Its job is deleted only after the row confirms that the attempt is over.
    init(sighted id: AttemptID, jobName: String, job: JobFacts, policy: AttemptPolicy) {
        self.id = id
        self.jobName = jobName
        self.deadline = Timestamp(milliseconds: .max)
        self.podCount = 1
        self.ordinal = id.number
        self.policy = policy
        self.claim = .unconfirmed
        self.job = job
        self.mayHaveRun = true
        self.isRecorded = false
    }

    /// Takes over the cluster facts observed before the row was.
    mutating func inherit(_ sighted: Attempt, now: Timestamp) {
        if sighted.job != .intended { self.observe(job: sighted.job, now: now) }
        for pod in sighted.pods.byName.values { self.observe(pod: pod, now: now) }
    }

    // MARK: Facts

    mutating func observe(job: JobFacts, now: Timestamp) {
        // A job of the same name with another uid is not ours: names are never reused.
        if let uid = job.uid, let known = self.job.uid, known != uid { return }
        if self.job == .gone {
            self.lateJob = job.isOver ? nil : job
            return
        }
        self.isDoubtful = false
        self.job = job
        if job.uid != nil {
            self.mayHaveRun = true
            self.presentSince = self.presentSince ?? now
        }
        if job.isOver { self.overSince = self.overSince ?? now }
    }

    /// Records that a job of this attempt is gone: the known one, or one deleted before its creation was confirmed.
    mutating func jobGone(uid: String, now: Timestamp) {
        if self.lateJob?.uid == uid { self.lateJob = nil }
        if self.job.uid == nil || self.job.uid == uid { self.observe(job: .gone, now: now) }
    }

    /// Records that a list of all jobs lacks this one.
    mutating func jobNotListed() {
        self.lateJob = nil
        if self.job.uid != nil { self.isDoubtful = true }
    }

    mutating func observe(pod: PodFacts, now: Timestamp) { self.pods.observe(pod, now: now) }

    mutating func podGone(_ name: String) { self.pods.remove(name) }

    /// Records whether the row is still RUNNING. The relay may have written the end.
    mutating func observeRow(isRunning: Bool, now: Timestamp) {
        guard self.claim == .ours, !isRunning else { return self.rowEndedSince = nil }
        let since = self.rowEndedSince ?? now
        self.rowEndedSince = since
        if now >= since + self.policy.lingerPatience { self.isRowEnded = true }
    }

    /// Requests a stop. Cancellation by the user overrides other reasons; otherwise the first one stays.
    mutating func stop(_ reason: StopReason) { if self.stop == nil || reason == .cancelled { self.stop = reason } }

    // MARK: Outcomes

    mutating func complete(_ step: AttemptStep, _ outcome: StepOutcome, now: Timestamp) {
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
            let delay = self.policy.quotaDelay(forgiven: self.id.number - self.ordinal)
            self.verdict = .requeued(.quotaExceeded, notBefore: now + delay, isForgiven: true)
        // A late request may have created the job during the lookup: what the watch showed since then stands.
        case (.lookUp, .notFound): if self.job == .intended || self.isDoubtful { self.job = .gone }
        // Gone, or the name belongs to another job, created by a late request of a dead dispatcher. Only a lookup by
        // name tells.
        case (.delete, .notFound): self.job = .intended
        case (.record(_, let reason), _):
            self.isRecorded = true
            self.recordedStop = reason ?? self.recordedStop
        case (.delete, _): self.deletedAt = now
        case (.confirm, .foreign): self.claim = .foreign
        case (.confirm, .ended):
            self.claim = .leftover
            self.isRowEnded = true
        case (.submit, .ended), (.findResult, .ended), (.write, .written): self.isRowEnded = true
        case (.findResult, .delivered(let found)): self.verdict = .ended(.completed(self.pods.completing(found)))
        case (.findResult, .nothingDelivered): self.verdict = self.verdictWithoutFile(now: now)
        case (.release, _): self.isReleased = true
        default: break
        }
    }

    // MARK: Next step

    /// Returns the next step, unless it has to wait.
    mutating func takeStep(now: Timestamp, view: ClusterView) -> AttemptStep? {
        self.stopIfOverdue(now: now, view: view)
        guard self.gate.isOpen(at: now), let step = self.nextStep(now: now, view: view) else { return nil }
        self.gate.enter(step)
        return step
    }

    /// When to check again if no fact arrives.
    func nextCheck(after now: Timestamp, view: ClusterView) -> Timestamp? {
        var times: [Timestamp?] = [self.gate.opensAt]
        if !self.job.isOver {
            times += [self.deadline, self.idleDeadline(view), self.podsDeadline(view)]
            times += self.pods.patienceDeadlines(self.policy.startPatience, view: view)
        } else if let since = self.overSince {
            times += [view.end(of: self.policy.podPatience, since: since), self.explanationEnd(view), self.deadline]
        }
        if self.stop != nil { times.append(self.endingEnd(view)) }
        return times.compactMap { $0 }.filter { $0 > now }.min()
    }

    /// How its GPUs are released: whether its user is charged, and whether the scheduler learns from its duration.
    var ending: Ending {
        if self.job.phase == .succeeded { return .completed }
        switch self.stop {
        case .cancelled, .expired: return .stopped
        case .preempted, .stuck: return .interrupted
        case nil: break
        }
        switch self.verdict {
        case .requeued: return .interrupted
        case .ended(.failed(let failure)) where failure.isRetryable: return .interrupted
        case .ended, nil: break
        }
        if self.isRowEnded { return .stopped }
        guard self.job.phase == .failed else { return .interrupted }
        return FailureClassifier.classify(self.pods.byName.values).isRetryable ? .interrupted : .stopped
    }

    /// Whether the task is done with it, while its pods may still hold GPUs.
    var isRemnant: Bool { self.isRowEnded && !self.isReleased }

    private var isUnwanted: Bool { self.stop != nil || self.isRowEnded }

    /// Whether the row holds all that a successor needs once the job is deleted: that the job existed, and why it was
    /// stopped. A cancellation is in the row already.
    private var isStopKnown: Bool {
        self.isRecorded && (self.stop == .cancelled || self.stop == self.recordedStop)
    }

    /// Whether it is stopped, and a pod of it does not go away: its node is lost, and may be for days. The operator
    /// leaves a job that is being deleted alone, so that never fails by itself.
    private func isStranded(now: Timestamp, view: ClusterView) -> Bool {
        guard let stop = self.stop else { return false }
        // Lost before it ran: it has been given its time already.
        if stop == .stuck(PodTrouble.stranded.failure) { return true }
        return self.endingEnd(view).map { now >= $0 } ?? false
    }

    /// When its pods have had their time to go; nil while that cannot be told.
    private func endingEnd(_ view: ClusterView) -> Timestamp? {
        (self.deletedAt ?? self.overSince).flatMap { view.end(of: self.policy.endingPatience, since: $0) }
    }

    private mutating func stopIfOverdue(now: Timestamp, view: ClusterView) {
        guard self.claim == .ours, !self.job.isOver, self.stop == nil else { return }
        if now >= self.deadline {
            // A job that the cluster has not taken, or that never ran, has used up none of its time.
            let isTaken = self.job != .intended
            if isTaken, self.pods.haveStarted || self.job.phase == .running { return self.stop = .expired }
            if isTaken, self.idleDeadline(view).map({ now < $0 }) ?? true { return }
            let trouble = self.pods.trouble(now: now, patience: .zero, view: view)
            self.stop = .stuck(trouble?.failure ?? .notStarted)
        } else if let trouble = self.pods.trouble(now: now, patience: self.policy.startPatience, view: view) {
            self.stop = .stuck(trouble.failure)
        } else if let time = self.podsDeadline(view), now >= time {
            self.stop = .stuck(.notStarted)
        }
    }

    /// When the job is given up because it lacks pods, or one of them; nil if it does not, or that cannot be told.
    private func podsDeadline(_ view: ClusterView) -> Timestamp? {
        if self.pods.wereShown(self.podCount) { return nil }
        return self.presentSince.flatMap { view.end(of: self.policy.startPatience, since: $0) }
    }

    /// The deadline of a job that was not seen to run; nil while that cannot be told.
    private func idleDeadline(_ view: ClusterView) -> Timestamp? {
        let patience = self.policy.explanationPatience
        return view.end(of: patience, since: self.deadline - patience)
    }

    /// Whether its GPUs are free. A finished job without pods gets time to show them, since jobs and pods have separate
    /// watches.
    private func arePodsEnded(now: Timestamp, view: ClusterView) -> Bool {
        guard self.job.isOver, self.pods.areEnded else { return false }
        if self.pods.wereShown || self.job == .gone { return true }
        return self.overSince.map { view.hasEnded(self.policy.podPatience, since: $0, now: now) } ?? false
    }

    /// When the pods of a failed job have had their time to show why they failed. Nothing depends on it, so without a
    /// view of them the attempt's own time is enough.
    private func explanationEnd(_ view: ClusterView) -> Timestamp? {
        let patience = self.policy.explanationPatience
        return self.overSince.map { view.end(of: patience, since: $0) ?? max(self.deadline, $0 + patience) }
    }

    /// Whether a pod of a failed job on an unreachable node may still deliver, and no attempt is left.
    private func mayStillDeliver(after failure: TaskFailure, now: Timestamp) -> Bool {
        guard failure.isRetryable, !self.pods.areEnded, now < self.deadline else { return false }
        return if case .ended = self.verdict(on: failure, now: now) { true } else { false }
    }

    private func nextStep(now: Timestamp, view: ClusterView) -> AttemptStep? {
        switch self.claim {
        case .unconfirmed: return .confirm
        case .foreign: return !self.pods.areEnded ? nil : self.isReleased ? .forget : .release
        case .ours, .leftover: break
        }
        switch self.job {
        case .intended: return self.isUnwanted ? .lookUp : .submit
        case .present where self.isDoubtful: return .lookUp
        case .present(let uid, let phase) where !phase.isOver:
            guard self.isUnwanted else { return nil }
            if self.deletedAt == nil {
                let isKnown = self.isStopKnown || self.isRowEnded || self.claim != .ours
                return isKnown ? .delete(uid: uid) : .record(uid: uid, stop: self.stop)
            }
            // Its deletion ends with its pods.
            guard self.isStranded(now: now, view: view) else { return nil }
        case .present, .gone: break
        }
        // GPUs are released first, so that the next task need not wait for the row to be written.
        if !self.isReleased, self.arePodsEnded(now: now, view: view) { return .release }
        if !self.isRowEnded { return self.stepToEndOfRow(now: now, view: view) }
        return self.isReleased ? .forget : nil
    }

    private func stepToEndOfRow(now: Timestamp, view: ClusterView) -> AttemptStep? {
        if let verdict = self.verdict { return .write(verdict) }
        // An existing file outranks everything: the user gets it even after a late cancellation.
        if self.job.phase == .succeeded { return .findResult }
        // A task is CANCELLED, past its DEADLINE or requeued only after its GPUs are free, if they will ever be.
        if let stop = self.stop {
            if !self.isReleased, !self.isStranded(now: now, view: view) { return nil }
            // It may have delivered just before its job was deleted, or within its pods' grace period.
            return self.mayHaveRun ? .findResult : .write(self.verdict(on: stop, now: now))
        }
        if self.job.phase == .failed {
            let failure = FailureClassifier.classify(self.pods.byName.values)
            let isOwnFault = self.pods.haveFailed && !failure.isRetryable && !self.pods.haveSucceeded
            if isOwnFault { return .write(self.verdict(on: failure, now: now)) }
            let isPatient = self.explanationEnd(view).map { now < $0 } ?? false
            if isPatient, !self.pods.haveFailed { return nil }
            // Pods were evicted; one may have delivered before that, or within its grace period.
            return self.mayStillDeliver(after: failure, now: now) ? nil : .findResult
        }
        return .findResult  // Deleted by somebody else, or lost: perhaps it had delivered before.
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
        let failure: TaskFailure =
            switch self.job.phase {
            case .succeeded: .outputMissing
            case .failed: FailureClassifier.classify(self.pods.byName.values)
            case .pending, .running, nil: .jobLost
            }
        return self.verdict(on: failure, now: now)
    }
}
