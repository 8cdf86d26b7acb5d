internal import MaaSCore

/// The job controller of Kubernetes: takes a `batch/v1` Job and its pods, and returns actions.
///
/// As since Kubernetes 1.31, the verdict on a job comes first (`SuccessCriteriaMet`, `FailureTarget`), and `Complete`
/// or `Failed` when all its pods have ended. Each pod carries a finalizer until it was counted, so that none is missed.
/// Unlike in the real one, failed pods are replaced without back-off.
struct BatchJobController: Sendable {
    /// Keeps a pod until the controller has counted it.
    static let finalizer = "batch.kubernetes.io/job-tracking"

    /// Decides what to do about a job now.
    /// - Parameter pods: the pods that the job owns.
    func reconcile(job: JSONValue, pods: [JSONValue], now: Timestamp) -> [ControllerAction] {
        if job.isBeingDeleted { return self.release(pods) }
        var status = BatchJobStatus(of: job)
        if status.isFinished { return self.release(pods) + self.expire(job, now: now) }
        let ended = pods.filter { $0.isTracked && ($0.isOver || ($0.isBeingDeleted && $0.isUnbound)) }
        status.count(ended)
        let live = pods.filter { !$0.isOver && !($0.isBeingDeleted && $0.isUnbound) }
        let active = live.filter { !$0.isBeingDeleted }
        status.set(active: active, terminating: live.count - active.count)
        var actions = ended.map { ControllerAction.removeFinalizer(Self.finalizer, from: Self.key(of: $0)) }

        let wish = self.decide(job, &status, active: active, now: now)
        if !wish.keepsPods { actions += active.map { .delete(Self.key(of: $0)) } }
        let layout = BatchJobLayout(job)
        actions += wish.indexes.map { .createPod(layout.pod(index: $0)) }
        if status.verdict != nil, live.isEmpty { actions.append(.record(status.finish(now: now))) }
        if status.document != job["status"] { actions.append(.updateStatus(status.document)) }
        if let deadline = self.deadline(of: job, status), !status.isFinished { actions.append(.requeue(at: deadline)) }
        return actions
    }

    /// Releases the pods of a job that is over, being deleted or gone.
    func release(_ pods: [JSONValue]) -> [ControllerAction] {
        pods.filter(\.isTracked).map { .removeFinalizer(Self.finalizer, from: Self.key(of: $0)) }
    }

    /// The decision about a job's pods.
    private struct Wish {
        var keepsPods = true
        /// Completion indexes of pods to be created; nil for a pod without one.
        var indexes: [Int?] = []
    }

    private func decide(
        _ job: JSONValue,
        _ status: inout BatchJobStatus,
        active: [JSONValue],
        now: Timestamp
    ) -> Wish {
        if job.bool(at: "spec", "suspend") == true {
            status.suspend(now: now)
            return Wish(keepsPods: false)
        }
        status.begin(now: now)
        let parallelism = job.integer(at: "spec", "parallelism") ?? 1
        // Without a number of completions, one success is enough.
        let completions = job.integer(at: "spec", "completions")
        if status.verdict == nil {
            if status.failed > job.integer(at: "spec", "backoffLimit") ?? 6 {
                status.fail("BackoffLimitExceeded", "Job has reached the specified backoff limit", now: now)
            } else if let deadline = self.deadline(of: job, status), deadline <= now {
                status.fail("DeadlineExceeded", "Job was active longer than specified deadline", now: now)
            } else if status.succeeded >= completions ?? 1, completions != nil || active.isEmpty {
                status.succeed(now: now)
            }
        }
        if status.verdict != nil { return Wish(keepsPods: false) }
        if completions == nil, status.succeeded > 0 { return Wish() }
        let missing = min(parallelism, (completions ?? .max) - status.succeeded) - active.count
        guard missing > 0 else { return Wish() }
        guard job.string(at: "spec", "completionMode") == "Indexed" else {
            return Wish(indexes: Array(repeating: nil, count: missing))
        }
        let taken = status.completedIndexes.union(active.compactMap(\.completionIndex))
        let open = (0..<(completions ?? 0)).filter { !taken.contains($0) }
        return Wish(indexes: open.prefix(missing).map { $0 })
    }

    private func deadline(of job: JSONValue, _ status: BatchJobStatus) -> Timestamp? {
        guard let seconds = job.integer(at: "spec", "activeDeadlineSeconds"), let start = status.startTime else {
            return nil
        }
        return start.advanced(bySeconds: seconds)
    }

    private func expire(_ job: JSONValue, now: Timestamp) -> [ControllerAction] {
        guard let seconds = job.integer(at: "spec", "ttlSecondsAfterFinished"),
            let end = BatchJobStatus(of: job).endTime
        else { return [] }
        let deadline = end.advanced(bySeconds: seconds)
        if deadline > now { return [.requeue(at: deadline)] }
        return [.delete(ResourceKey(.jobs, namespace: job.namespace, name: job.name))]
    }

    private static func key(of pod: JSONValue) -> ResourceKey {
        ResourceKey(.pods, namespace: pod.namespace, name: pod.name)
    }
}

extension JSONValue {
    /// Whether the job controller has yet to count this pod.
    fileprivate var isTracked: Bool {
        self.elements(at: "metadata", "finalizers").contains(.string(BatchJobController.finalizer))
    }

    fileprivate var isUnbound: Bool { self.string(at: "spec", "nodeName") == nil }

    /// The index of the completion that a pod of an indexed job works on.
    var completionIndex: Int? {
        self.strings(at: "metadata", "annotations")[BatchJobLayout.indexKey].flatMap { Int($0) }
    }
}
