internal import MaaSCore

/// One run of a task: what is known of it, and what is to be done next.
///
/// It is level-triggered: ``takeStep(now:)`` looks at all facts and says what is missing, whatever order they came in and
/// however often. A step in flight is not given again until its outcome is in.
struct Attempt: Sendable {
    let id: AttemptID
    let name: String
    /// When the job is ended that did not end itself: the operator does not enforce deadlines (trainer issue 3358).
    let deadline: Timestamp
    let retries: RetryPolicy
    /// Whether the cluster showed it before any row did.
    let isLeftover: Bool

    private(set) var job: JobFacts
    private(set) var pods: [String: PodFacts] = [:]
    private(set) var isCancelRequested = false
    private(set) var verdict: Verdict?

    private var isDeleteOrdered = false
    private var isExpired = false
    private var isRowEnded = false
    private var isReleased = false
    private var hasShownPods = false
    private var inFlight: AttemptStep?
    private var retryAt: Timestamp?
    private var postponements = 0
    private var overSince: Timestamp?
    /// Whether a list of all jobs did not show ours. The list may be older than the job: only asking for it decides.
    private var isDoubtful = false
    /// Whether it is somebody else's: counted, and left alone.
    private var isForeign = false
    /// Whether its job was ever there, so that it may have left a file.
    private var hasRun = false
    /// Since when its row no longer says that it runs.
    private var rowEndedSince: Timestamp?

    /// How long the pods of a failed job may take to show why they failed.
    private static let explanationPatience = Duration.seconds(10)
    /// How long a job may take to end by itself after its row has ended: the last word comes before the end.
    private static let lingerPatience = Duration.seconds(30)
    /// How long a job that is over may take to show its pods.
    private static let podPatience = Duration.seconds(5)

    /// An attempt whose row says RUNNING.
    ///
    /// - Parameter jobUID: of the row; nil when the row holds only the intent.
    init(id: AttemptID, name: String, deadline: Timestamp, retries: RetryPolicy, jobUID: String? = nil) {
        self.id = id
        self.name = name
        self.deadline = deadline
        self.retries = retries
        self.isLeftover = false
        self.job = jobUID.map { .present(uid: $0, phase: .pending) } ?? .intended
        self.hasRun = jobUID != nil
    }

    /// An attempt that the cluster shows and we did not know: perhaps what is left of one whose row has moved on.
    ///
    /// Its GPUs count from now on. Its job is deleted only when the row confirms that it is over.
    init(leftover id: AttemptID, name: String, job: JobFacts) {
        self.id = id
        self.name = name
        self.deadline = Timestamp(milliseconds: .max)
        self.retries = RetryPolicy(attempts: 1, delay: .zero, delayLimit: .zero)
        self.isLeftover = true
        self.job = job
    }

    // MARK: Facts

    mutating func observe(job: JobFacts, now: Timestamp) {
        // A job of the same name with another uid cannot be ours: the name is used once.
        if case .present(let uid, _) = job, let known = self.job.uid, known != uid { return }
        if self.job == .gone { return }
        self.isDoubtful = false
        self.job = job
        if job.uid != nil { self.hasRun = true }
        if job.isOver, self.overSince == nil { self.overSince = now }
    }

    /// A list of all jobs does not show this one.
    mutating func jobNotListed() { if self.job.uid != nil { self.isDoubtful = true } }

    mutating func observe(pod: PodFacts) {
        self.hasShownPods = true
        self.pods[pod.name] = pod
    }

    mutating func podGone(_ name: String) { self.pods[name] = nil }

    /// Takes whether the row still says that this attempt runs. The relay may have written its end.
    mutating func observeRow(isRunning: Bool, now: Timestamp) {
        guard !self.isLeftover, !isRunning else { return self.rowEndedSince = nil }
        let since = self.rowEndedSince ?? now
        self.rowEndedSince = since
        if now >= since + Self.lingerPatience { self.isRowEnded = true }
    }

    mutating func requestCancel() { self.isCancelRequested = true }

    // MARK: Outcomes

    mutating func complete(_ step: AttemptStep, _ outcome: AttemptOutcome, now: Timestamp) {
        self.inFlight = nil
        self.retryAt = nil
        if outcome == .postponed {
            self.postponements += 1
            self.retryAt = now + min(.seconds(10), .milliseconds(200) * (1 << min(self.postponements, 6)))
            return
        }
        self.postponements = 0
        switch (step, outcome) {
        case (.submit, .found(let uid)), (.lookUp, .found(let uid)):
            self.isDoubtful = false
            self.hasRun = true
            if self.job == .intended { self.job = .present(uid: uid, phase: .pending) }
        case (.submit, .refused(let failure)):
            self.job = .gone
            self.verdict = self.retries.verdict(on: failure, attempt: self.id.number, now: now)
        case (.lookUp, .notFound): self.job = .gone
        case (.delete, _): self.isDeleteOrdered = true
        case (.confirm, .foreign): self.isForeign = true
        case (.confirm, .ended), (.submit, .ended), (.settle, .ended): self.isRowEnded = true
        case (.settle, .delivered(let result)): self.verdict = .ended(.completed(result))
        case (.settle, .nothingDelivered): self.verdict = self.verdictWithoutFile(now: now)
        case (.write, .written): self.isRowEnded = true
        case (.release, _): self.isReleased = true
        default: break
        }
    }

    // MARK: What is next

    /// The next step, if there is one that need not wait.
    mutating func takeStep(now: Timestamp) -> AttemptStep? {
        if now >= self.deadline, !self.job.isOver { self.isExpired = true }
        guard self.inFlight == nil, self.retryAt.map({ now >= $0 }) ?? true else { return nil }
        let step = self.nextStep(now: now)
        self.retryAt = nil
        // Forgetting ends the attempt's life, so it never comes back as an outcome.
        self.inFlight = step
        return step
    }

    /// When to look again although nothing was heard.
    func nextLook(after now: Timestamp) -> Timestamp? {
        var times = [self.retryAt]
        if !self.job.isOver { times.append(self.deadline) }
        if self.job.isOver, let since = self.overSince {
            times += [since + Self.podPatience, since + Self.explanationPatience]
        }
        return times.compactMap { $0 }.filter { $0 > now }.min()
    }

    private var isUnwanted: Bool { self.isCancelRequested || self.isExpired || self.isRowEnded }

    /// Whether its GPUs are free. A job that is over and has shown no pod yet gets time to: the two watches are apart.
    private func arePodsEnded(now: Timestamp) -> Bool {
        guard self.pods.values.allSatisfy(\.isEnded) else { return false }
        if self.hasShownPods || self.job == .gone { return true }
        return self.overSince.map { now >= $0 + Self.podPatience } ?? false
    }

    private func nextStep(now: Timestamp) -> AttemptStep? {
        if self.isForeign {
            guard self.pods.values.allSatisfy(\.isEnded) else { return nil }
            return self.isReleased ? .forget : .release
        }
        if self.isLeftover, !self.isRowEnded { return .confirm }
        switch self.job {
        case .intended: return self.isUnwanted ? .lookUp : .submit
        case .present where self.isDoubtful: return .lookUp
        case .present(let uid, let phase) where !phase.isOver:
            return self.isUnwanted && !self.isDeleteOrdered ? .delete(uid: uid) : nil
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
        // A task is CANCELLED, or past its DEADLINE, when its GPUs are free, and not before.
        if self.isCancelRequested || self.isExpired {
            if !self.isReleased { return nil }
            // It may have delivered just before its job was deleted.
            if self.job == .gone, self.hasRun { return .settle }
            return .write(.ended(self.isCancelRequested ? .cancelled : .failed(Self.deadlineFailure)))
        }
        if self.job.phase == .failed {
            let isPatient = self.overSince.map { now < $0 + Self.explanationPatience } ?? false
            if isPatient, !self.pods.values.contains(where: { $0.isFailed }) { return nil }
            let failure = FailureClassifier.classify(self.pods.values)
            return .write(self.retries.verdict(on: failure, attempt: self.id.number, now: now))
        }
        return .settle  // Deleted by somebody else, or lost: perhaps it had delivered before.
    }

    private func verdictWithoutFile(now: Timestamp) -> Verdict {
        if self.isCancelRequested { return .ended(.cancelled) }
        if self.isExpired { return .ended(.failed(Self.deadlineFailure)) }
        let failure =
            self.job.phase == .succeeded
            ? TaskFailure(code: "OUTPUT_MISSING", message: "The generation ended well but left no video.")
            : TaskFailure(code: "JOB_LOST", message: "The job was removed while it ran.", isRetryable: true)
        return self.retries.verdict(on: failure, attempt: self.id.number, now: now)
    }

    private static let deadlineFailure = TaskFailure(
        code: "DEADLINE",
        message: "The generation took longer than it may and was ended."
    )
}
