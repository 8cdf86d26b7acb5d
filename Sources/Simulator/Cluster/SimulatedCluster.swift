internal import Dispatching
internal import MaaSCore
internal import Scheduling

/// Kubernetes, the training operator and the nodes.
///
/// Behaves as badly as the real ones: a job ends before its pods do, pods linger, workers hold their GPUs after the
/// master's success, and a lost node's pods neither run nor end.
final class SimulatedCluster {
    unowned var world: World! = nil
    private(set) var nodes: [SimulatedNode]
    /// In the order of their creation.
    private(set) var jobs: [SimulatedJob] = []
    private(set) var pods: [SimulatedPod] = []
    /// Keys of the delivered videos.
    private(set) var outputs: Set<String> = []
    /// Those of them from jobs that nobody could know of any more.
    private(set) var strayOutputs: Set<String> = []
    private(set) var watchLogs: [ResourceType: [ClusterFact]] = [:]
    var watches: [SimulatedWatch] = []

    var isWebhookDown = false
    var isOperatorDown = false
    var isQuotaExceeded = false

    private(set) var made: [AttemptID: Int] = [:]
    /// Attempts of which a pod ran.
    private(set) var ran: Set<AttemptID> = []
    /// Attempts whose job was deleted by somebody else, perhaps before it was recorded anywhere.
    private var erased: Set<AttemptID> = []
    /// Attempts whose unwanted job a dispatcher looked for and did not find.
    private(set) var givenUp: Set<AttemptID> = []
    /// Attempts whose job was rejected: it will not be created, and holds nothing.
    private(set) var refused: Set<AttemptID> = []
    private var uids = 0
    private var isBindingScheduled = false
    /// The number of usable GPUs over time.
    private(set) var capacities: [(since: Timestamp, gpus: Int)] = []
    private(set) var begun: [AttemptID: Timestamp] = [:]

    init(_ nodes: [SimulatedNode]) {
        self.nodes = nodes
        self.capacities = [(Scenario.start, self.capacity)]
    }

    var capacity: Int { self.nodes.reduce(0) { $0 + ($1.isUsable ? $1.gpus : 0) } }

    /// Whether nothing is running or terminating.
    var isQuiet: Bool {
        self.jobs.allSatisfy { $0.phase.isOver && !$0.isBeingDeleted } && self.pods.allSatisfy(\.isEnded)
    }

    var leftovers: String {
        let jobs = self.jobs.filter { !$0.phase.isOver || $0.isBeingDeleted }.map { "\($0.index)/\($0.attempt.number)" }
        let pods = self.pods.filter { !$0.isEnded }.map { "\($0.job.index)/\($0.job.attempt.number)" }
        return "jobs \(jobs), pods \(pods)"
    }

    // MARK: The API

    func create(_ request: JobRequest, index: Int) throws(KubernetesRefusal) -> String {
        if self.isWebhookDown { throw .webhookDown }
        if self.isQuotaExceeded || request.script == .isInvalid {
            self.refused.insert(request.attempt)
            throw self.isQuotaExceeded ? .quotaExceeded : .invalid
        }
        if self.jobs.contains(where: { $0.name == request.name }) { throw .alreadyExists }
        self.uids += 1
        let job = SimulatedJob(request, uid: "uid-\(self.uids)", index: index)
        let row = self.world.database.task(job.attempt.task)
        let isWanted = row?.state == .running && row?.attempt == job.attempt.number
        self.made[job.attempt, default: 0] += 1
        job.isStray = !isWanted || self.givenUp.contains(job.attempt) || self.made[job.attempt] != 1
        // A request of a deposed dispatcher may arrive late.
        let isTimely = self.world.database.isCurrentEpoch(request.epoch)
        let rival = self.jobs.first { $0.attempt.task == job.attempt.task && $0.isLive }
        if let rival, isTimely || !job.isStray {
            self.world.violate(
                .twoLiveJobs,
                "task \(index): attempt \(job.attempt.number) beside \(rival.attempt.number)"
            )
        }
        if self.made[job.attempt] != 1, isWanted, isTimely, !self.erased.contains(job.attempt) {
            self.world.violate(.secondJob, "task \(index), attempt \(job.attempt.number)")
        }
        self.jobs.append(job)
        self.world.note("job \(index)/\(job.attempt.number) created: \(request.gpusPerPod) GPUs, \(request.script)")
        self.checkPromises(to: job.attempt, index: index)
        self.publish(.job(job.sighting), .jobs)
        self.world.after(self.world.pick(5...400)) { self.reconcile(job) }
        return job.uid
    }

    func find(_ name: String) -> (attempt: AttemptID, uid: String)? {
        self.jobs.first { $0.name == name }.map { ($0.attempt, $0.uid) }
    }

    /// Foreground: the pods first, then the job. False when there is none with this uid.
    @discardableResult
    func delete(_ name: String, uid: String) -> Bool {
        guard let job = self.jobs.first(where: { $0.name == name && $0.uid == uid }) else { return false }
        if job.isBeingDeleted { return true }
        self.world.note("job \(job.index)/\(job.attempt.number) is being deleted")
        job.isBeingDeleted = true
        for pod in job.pods where !pod.isGone { self.terminate(pod) }
        self.finishDeletion(of: job)
        return true
    }

    func list(_ type: ResourceType) -> ClusterFact {
        switch type {
        case .nodes: .nodes(self.nodes.filter(\.isUsable).map(\.capacity))
        case .jobs: .jobsListed(self.jobs.map(\.sighting))
        case .pods: .podsListed(self.pods.map { (attempt: $0.job.attempt, pod: $0.facts) })
        }
    }

    /// For mutations only: the facts do not contain it.
    func isTerminating(_ pod: String) -> Bool { self.pods.contains { $0.name == pod && $0.isTerminating } }

    // MARK: The operator

    private func reconcile(_ job: SimulatedJob) {
        guard !job.isBeingDeleted, !job.isGone, !job.phase.isOver else { return }
        if self.isOperatorDown { return self.world.after(.seconds(1)) { self.reconcile(job) } }
        if !job.hasMadePods {
            job.hasMadePods = true
            for (index, gpus) in job.request.gpusPerPod.enumerated() {
                let pod = SimulatedPod("\(job.name)-\(index)", gpus: gpus, of: job)
                job.pods.append(pod)
                self.pods.append(pod)
                self.changed(pod)
            }
            self.scheduleBinding()
        }
        let phase: JobFacts.Phase =
            if job.pods.contains(where: { $0.phase == .failed || ($0.phase == .running && $0.isTerminating) }) {
                .failed
            } else if job.pods.first?.phase == .succeeded {
                .succeeded
            } else if job.pods.first?.phase == .running {
                .running
            } else {
                .pending
            }
        guard phase != job.phase else { return }
        job.phase = phase
        self.world.note("job \(job.index)/\(job.attempt.number) \(phase)")
        self.publish(.job(job.sighting), .jobs)
        // The job ends before its pods do: they are cleaned up later.
        if phase.isOver { self.world.after(self.world.pick(10...3000)) { self.cleanUp(job) } }
    }

    private func cleanUp(_ job: SimulatedJob) {
        if self.isOperatorDown, !self.world.isCalm {
            return self.world.after(.seconds(1)) { self.cleanUp(job) }
        }
        for pod in job.pods where pod.isLive { self.terminate(pod) }
    }

    private func look(at job: SimulatedJob) {
        self.world.after(self.world.pick(1...500)) { self.reconcile(job) }
    }

    // MARK: Pods

    private func scheduleBinding() {
        guard !self.isBindingScheduled else { return }
        self.isBindingScheduled = true
        self.world.after(self.world.pick(1...50)) {
            self.isBindingScheduled = false
            self.bind()
        }
    }

    private func bind() {
        for pod in self.pods where pod.phase == .pending && pod.node == nil && !pod.isTerminating {
            let candidates = self.nodes.filter { node in
                node.isUsable && self.free(on: node) >= pod.gpus
                    && !(pod.job.request.spreadsPods && pod.job.pods.contains { $0.node == node.name && $0.isLive })
            }
            // The fullest node with room, like HAMi's default (binpack).
            guard let best = candidates.min(by: { (self.free(on: $0), $0.name) < (self.free(on: $1), $1.name) })
            else { continue }
            pod.node = best.name
            pod.phase = .starting
            self.changed(pod)
            if pod.job.request.script == .neverStarts { continue }
            self.world.after(self.world.pick(50...4000)) { self.run(pod) }
        }
    }

    private func free(on node: SimulatedNode) -> Int {
        node.gpus - self.pods.reduce(0) { $0 + ($1.isLive && $1.node == node.name ? $1.gpus : 0) }
    }

    private func run(_ pod: SimulatedPod) {
        guard pod.phase == .starting, !pod.isTerminating, !pod.isGone, self.isReachable(pod) else { return }
        pod.phase = .running
        self.changed(pod)
        self.look(at: pod.job)
        let job = pod.job
        guard !job.isWorking, job.pods.allSatisfy({ $0.phase == .running }) else { return }
        job.isWorking = true
        self.world.after(job.request.duration) { self.endWork(of: job) }
    }

    private func isReachable(_ pod: SimulatedPod) -> Bool {
        self.nodes.contains { $0.name == pod.node && $0.isReady }
    }

    /// Ends the generation as scripted, if its pods still live.
    private func endWork(of job: SimulatedJob) {
        guard job.pods.allSatisfy({ $0.phase == .running && !$0.isGone && self.isReachable($0) }) else { return }
        // A pod that is told to end at this moment may still deliver.
        if job.pods.contains(where: \.isTerminating), self.world.chance(0.5) { return }
        self.world.checkIsWanted(job)
        switch job.request.script {
        case .delivers(let saysSo):
            let key = OutputKey.video(task: job.attempt.task, attempt: job.attempt.number)
            self.outputs.insert(key)
            if job.isStray { self.strayOutputs.insert(key) }
            if saysSo { self.world.sendFinalEvent(of: job.attempt) }
            self.end(job.pods[0], .succeeded)
        case .deliversNothing: self.end(job.pods[0], .succeeded)
        case .fails(let exitCode):
            let pod = job.pods[self.world.pick(below: job.pods.count)]
            pod.exitCode = exitCode
            self.end(pod, .failed)
        case .isEvicted: self.evict(job.pods[self.world.pick(below: job.pods.count)])
        case .hangs, .neverStarts, .isInvalid: break
        }
    }

    func evict(_ pod: SimulatedPod) {
        guard pod.isLive else { return }
        pod.isDisrupted = true
        pod.reason = "Evicted"
        self.end(pod, .failed)
    }

    private func end(_ pod: SimulatedPod, _ phase: SimulatedPod.Phase) {
        guard pod.isLive else { return }
        pod.phase = phase
        self.changed(pod)
        self.look(at: pod.job)
        self.scheduleBinding()
    }

    /// Tells a pod to end; it holds its GPUs until it has.
    private func terminate(_ pod: SimulatedPod) {
        guard !pod.isTerminating else { return }
        pod.isTerminating = true
        if pod.isEnded || pod.node == nil { return self.remove(pod) }
        self.changed(pod)
        self.look(at: pod.job)
        self.world.after(self.world.pick(20...15_000)) { self.finishTermination(of: pod) }
    }

    private func finishTermination(of pod: SimulatedPod) {
        guard !pod.isGone else { return }
        // Without a kubelet it stays until its node is back, or removed.
        if self.isReachable(pod) { self.remove(pod) }
    }

    private func remove(_ pod: SimulatedPod) {
        guard !pod.isGone else { return }
        pod.isGone = true
        self.pods.removeAll { $0 === pod }
        self.publish(.podGone(pod.job.attempt, name: pod.name), .pods)
        self.scheduleBinding()
        self.finishDeletion(of: pod.job)
    }

    private func finishDeletion(of job: SimulatedJob) {
        guard job.isBeingDeleted, !job.isGone, job.pods.allSatisfy(\.isGone) else { return }
        job.isGone = true
        self.jobs.removeAll { $0 === job }
        self.world.note("job \(job.index)/\(job.attempt.number) is gone")
        self.publish(.jobGone(job.attempt, uid: job.uid), .jobs)
    }

    private func changed(_ pod: SimulatedPod) {
        if !pod.facts.isPending { self.ran.insert(pod.job.attempt) }
        self.world.note(
            "pod \(pod.job.index)/\(pod.job.attempt.number) \(pod.phase)\(pod.isTerminating ? " terminating" : "")"
                + " on \(pod.node ?? "-")"
        )
        self.publish(.pod(pod.job.attempt, pod.facts), .pods)
    }

    private func publish(_ fact: ClusterFact, _ type: ResourceType) {
        self.watchLogs[type, default: []].append(fact)
        for watch in self.watches where watch.type == type { watch.wake() }
    }

    // MARK: Faults

    /// Changes a node; pods on a lost node neither run nor end.
    func change(node name: String, _ body: (inout SimulatedNode) -> Void) {
        guard let index = self.nodes.firstIndex(where: { $0.name == name }) else { return }
        let wasReady = self.nodes[index].isReady
        body(&self.nodes[index])
        self.capacities.append((self.world.now, self.capacity))
        let node = self.nodes[index]
        self.world.note("node \(name): \(node.isReady ? "ready" : "lost")\(node.isCordoned ? ", cordoned" : "")")
        self.publish(self.list(.nodes), .nodes)
        if wasReady, !node.isReady {
            // The taint manager deletes them, but the kubelet does not hear of it.
            for pod in self.pods where pod.node == name {
                pod.isDisrupted = true
                self.terminate(pod)
            }
        } else if !wasReady, node.isReady {
            for pod in self.pods where pod.node == name && pod.isTerminating {
                self.world.after(self.world.pick(20...5000)) { self.finishTermination(of: pod) }
            }
        }
        self.scheduleBinding()
    }

    /// Removes a node permanently, with its pods.
    func remove(node name: String) {
        self.change(node: name) { $0.isReady = false }
        for pod in self.pods where pod.node == name { self.remove(pod) }
    }

    /// Restarts a node at once: its containers are dead, its pods failed.
    func restart(node name: String) {
        for pod in self.pods where pod.node == name && pod.isLive {
            pod.isDisrupted = true
            pod.reason = "NodeLost"
            self.end(pod, .failed)
        }
    }

    /// Deletes a job as if by hand.
    func deleteAnyJob() {
        guard !self.jobs.isEmpty else { return }
        let job = self.jobs[self.world.pick(below: self.jobs.count)]
        self.erased.insert(job.attempt)
        self.delete(job.name, uid: job.uid)
    }

    func evictAnyPod() {
        guard !self.pods.isEmpty else { return }
        self.evict(self.pods[self.world.pick(below: self.pods.count)])
    }

    /// Ends all faults.
    func mend() {
        self.isWebhookDown = false
        self.isOperatorDown = false
        self.isQuotaExceeded = false
        for node in self.nodes where !node.isUsable {
            self.change(node: node.name) {
                $0.isReady = true
                $0.isCordoned = false
            }
        }
    }

    // MARK: Invariants

    func giveUp(_ attempt: AttemptID) { self.givenUp.insert(attempt) }

    func noteBegin(of attempt: AttemptID, index: Int) {
        self.begun[attempt] = self.world.now
        self.checkPromises(to: attempt, index: index)
    }
}
