internal import MaaSCore

/// The cluster: the store, what is kept on disk, who watches, and the controllers that act on changes.
@LoopActor
final class Cluster {
    /// What misbehaves on purpose.
    var faults = FaultPlan() {
        didSet { if self.faults != oldValue { self.faultsChanged(since: oldValue) } }
    }

    private(set) var store: ResourceStore
    private let nodes: [MaaSConfiguration.LocalCluster.Node]
    private let journal: Journal
    private let agent: NodeAgent
    private let logger: Logger
    private let trainingOperator = TrainingOperator()
    private let jobController = BatchJobController()
    private let scheduler = PodScheduler()
    private var recorder = EventRecorder()
    private var subscriptions: [ObjectIdentifier: WatchSubscription] = [:]

    private var dueJobs = JobAgenda()
    private var needsScheduling = true
    private var isSettling = false
    private var jobTimer: LoopTimer?
    private var pruneTimer: LoopTimer?
    /// What to do when the journal cannot be written: going on would promise what is not kept.
    private let onJournalFailure: @LoopActor () -> Void

    /// Takes up the state of the journal; nothing runs before ``start(namespaces:)``.
    init(
        journal: Journal,
        nodes: [MaaSConfiguration.LocalCluster.Node],
        agent: NodeAgent,
        logger: Logger,
        onJournalFailure: @escaping @LoopActor () -> Void
    ) throws {
        self.journal = journal
        self.nodes = nodes
        self.agent = agent
        self.logger = logger
        self.onJournalFailure = onJournalFailure
        let contents = try journal.open()
        self.store = ResourceStore(objects: contents.objects, revision: contents.revision, makeUID: { UUIDv4.make() })
        agent.object = { [unowned self] in self.store[$0] }
        agent.report = { [unowned self] in self.handle($0) }
    }

    /// Registers nodes and namespaces, settles what the last run left, and begins to act.
    func start(namespaces: [String]) {
        let pods = self.store.objects(ResourceFilter(kind: .pods))
        self.agent.tidy(knownPods: Set(pods.map(\.value.uid)))
        self.store.bootstrap(nodes: self.nodes, namespaces: namespaces, now: .now())
        self.store.reportLostPods(now: .now())
        self.dueJobs.formUnion(Self.jobKinds.flatMap { self.store.objects(ResourceFilter(kind: $0)).map(\.key) })
        self.jobTimer = LoopTimer { [unowned self] in self.settle() }
        let timer = LoopTimer { [unowned self] in
            self.recorder.prune(&self.store, now: .now())
            self.settle()
        }
        timer.start(after: .seconds(60), repeating: .seconds(60))
        self.pruneTimer = timer
        self.settle()
        for (key, pod) in pods where self.store[key] != nil { self.adopt(key, pod) }
        self.settle()
    }

    /// Ends all pods and closes all watches.
    func stop(grace: Int) async {
        await self.agent.stop(grace: grace)
        for timer in [self.jobTimer, self.pruneTimer] { timer?.close() }
        self.cutWatches()
        self.journal.close()
    }

    /// Changes the store on behalf of a client and lets the cluster react before it returns.
    func change<Result>(_ body: (inout ResourceStore) throws(APIStatus) -> Result) throws(APIStatus) -> Result {
        let result = try body(&self.store)
        self.settle()
        return result
    }

    /// Where the log of a container is, and who writes it if it runs.
    func log(of container: String, in pod: JSONValue) -> (path: String, live: ContainerLog?) {
        self.agent.log(of: container, in: pod)
    }
}

// MARK: - Watches

extension Cluster {
    /// Begins a watch with what has happened since `revision`, or with everything there is.
    func watch(_ filter: ResourceFilter, after revision: Int?) throws(APIStatus) -> WatchSubscription {
        let events: [WatchEvent]
        if let revision {
            events = try self.store.events(filter, after: revision)
        } else {
            events = self.store.objects(filter).map { WatchEvent(type: .added, object: $0.value) }
        }
        let subscription = WatchSubscription(filter, events: events)
        self.subscriptions[ObjectIdentifier(subscription)] = subscription
        return subscription
    }

    func unwatch(_ subscription: WatchSubscription) {
        subscription.close()
        self.subscriptions[ObjectIdentifier(subscription)] = nil
    }

    /// Ends every watch, as an API server does that restarts.
    func cutWatches() {
        for subscription in self.subscriptions.values { subscription.close() }
        self.subscriptions = [:]
    }

    /// Forgets the history: whoever resumes from before now is told `Expired`.
    func compact() {
        self.store.compact()
    }
}

// MARK: - Controllers

extension Cluster {
    /// Lets changes and reactions follow each other until nothing changes any more.
    private func settle() {
        guard !self.isSettling else { return }
        self.isSettling = true
        defer { self.isSettling = false }
        while true {
            self.store.collectGarbage(now: .now())
            let changes = self.store.takeChanges()
            if !changes.isEmpty {
                self.publish(changes)
                continue
            }
            if let job = self.nextDueJob() {
                self.reconcile(job)
            } else if self.needsScheduling {
                self.needsScheduling = false
                self.schedule()
            } else {
                break
            }
        }
        if let next = self.dueJobs.next { self.jobTimer?.start(after: max(.zero, next - .now())) }
    }

    private func publish(_ changes: [ResourceChange]) {
        do {
            try self.journal.append(changes)
            if self.journal.isDue { try self.journal.rewrite(self.store.everything, revision: self.store.revision) }
        } catch {
            self.logger.error("cannot write the journal", [.error: "\(error)"])
            self.onJournalFailure()
        }
        for change in changes {
            for subscription in self.subscriptions.values { subscription.offer(change) }
            switch change.key.kind {
            case .pyTorchJobs, .jobs:
                self.enqueue(change.key, change.object)
            case .pods:
                self.needsScheduling = true
                // A node that is lost hears of nothing. A pod that was removed by force is ended there all the same.
                if change.kind == .deleted || !self.isLost(change.object) { self.agent.observe(change) }
                self.dueJobs.formUnion(Self.jobKinds.compactMap { change.object.owner(of: $0) })
            case .nodes:
                self.needsScheduling = true
                if change.kind == .deleted { self.collectPods(of: change.key.name) }
            default: break
            }
        }
    }

    private func enqueue(_ key: ResourceKey, _ job: JSONValue) {
        if key.kind == .pyTorchJobs, self.faults.statusDelay > 0, job["status"] == nil {
            self.dueJobs.insert(key, at: .now().advanced(bySeconds: self.faults.statusDelay))
        } else if !self.dueJobs.isLater(key) || job["status"] != nil {
            self.dueJobs.insert(key)
        }
    }

    private func nextDueJob() -> ResourceKey? {
        // The job controller is part of Kubernetes: it works without the operator.
        self.dueJobs.popDue(at: .now()) { !self.faults.isOperatorDown || $0.kind == .jobs }
    }

    private static let jobKinds = [ResourceKind.pyTorchJobs, .jobs]

    private func reconcile(_ key: ResourceKey) {
        let now = Timestamp.now()
        guard let job = self.store[key] else {
            // Its pods may wait for a controller that will never look at them again.
            let pods = self.store.objects(ResourceFilter(kind: .pods, namespace: key.namespace)).map(\.value)
            let orphans = pods.filter { $0.owner(of: .jobs) == key }
            for action in self.jobController.release(orphans) { self.carryOut(action, for: key, .null, now: now) }
            return
        }
        let owned = { [store] (kind: ResourceKind) in
            store.objects(ResourceFilter(kind: kind, namespace: key.namespace)).filter { $0.value.isOwned(by: job.uid) }
        }
        if key.kind == .jobs {
            let actions = self.jobController.reconcile(job: job, pods: owned(.pods).map(\.value), now: now)
            for action in actions { self.carryOut(action, for: key, job, now: now) }
            return
        }
        let services = Set(owned(.services).map(\.key.name))
        for action in self.trainingOperator.reconcile(
            job: job,
            pods: owned(.pods).map(\.value),
            services: services,
            now: now
        ) {
            self.carryOut(action, for: key, job, now: now)
        }
    }

    private func carryOut(_ action: ControllerAction, for key: ResourceKey, _ job: JSONValue, now: Timestamp) {
        switch action {
        case .createPod(let pod): self.create(.pods, pod, for: key, job, now: now)
        case .createService(let service): self.create(.services, service, for: key, job, now: now)
        case .delete(let key): _ = try? self.store.delete(key, DeletionOptions(), now: now)
        case .removeFinalizer(let name, let key): self.store.removeFinalizer(name, from: key)
        case .updateStatus(let status): self.store.modify(key) { $0["status"] = status }
        case .record(let note): self.record(note, about: key, uid: job.uid, by: Self.controller(of: key.kind))
        case .requeue(let time): self.dueJobs.insert(key, at: time)
        }
    }

    private func create(
        _ kind: ResourceKind,
        _ draft: JSONValue,
        for key: ResourceKey,
        _ job: JSONValue,
        now: Timestamp
    ) {
        do {
            let object = kind == .pods ? draft.withPodDefaults : draft
            _ = try self.store.create(kind, namespace: key.namespace, object, now: now)
        } catch {
            let note = EventNote.warning("FailedCreate\(kind.kind)", "Error creating: \(error.message)")
            self.record(note, about: key, uid: job.uid, by: Self.controller(of: key.kind))
        }
    }

    private static func controller(of kind: ResourceKind) -> String {
        kind == .jobs ? "job-controller" : "pytorchjob-controller"
    }

    private func schedule() {
        let nodes = self.store.objects(ResourceFilter(kind: .nodes)).map(\.value)
        let pods = self.store.objects(ResourceFilter(kind: .pods)).map(\.value)
        let devices = Dictionary(
            uniqueKeysWithValues: self.nodes.map { ($0.name, NodeObject($0, faults: self.faults).usableGPUs) }
        )
        for decision in self.scheduler.decide(nodes: nodes, pods: pods, busy: self.agent.busyGPUs, devices: devices) {
            switch decision {
            case .bind(let key, let node, let gpus):
                let uid = self.store[key]?.uid ?? ""
                self.store.modify(key) { $0.bind(to: node, gpus: gpus) }
                let message = "Successfully assigned \(key.namespace)/\(key.name) to \(node)"
                self.record(.normal("Scheduled", message), about: key, uid: uid, by: "default-scheduler")
            case .unschedulable(let key, let message):
                guard let pod = self.store[key], pod.unschedulableMessage != message else { continue }
                self.store.modify(key) { $0.markUnschedulable(message, now: .now()) }
                self.record(.warning("FailedScheduling", message), about: key, uid: pod.uid, by: "default-scheduler")
            }
        }
    }

    /// Takes up a pod of an earlier run that had not begun, or that is being deleted.
    private func adopt(_ key: ResourceKey, _ pod: JSONValue) {
        guard let present = self.store[key] else { return }
        let change = ResourceChange(
            kind: .modified,
            key: key,
            revision: self.store.revision,
            object: present,
            previous: nil
        )
        self.agent.observe(change)
    }

    private func record(_ note: EventNote, about key: ResourceKey, uid: String, by component: String) {
        self.recorder.record(note, about: key, uid: uid, by: component, in: &self.store, now: .now())
    }

    private func handle(_ report: NodeAgent.Report) {
        switch report {
        case .status(let key, _, _) where self.isLost(self.store[key]),
            .gone(let key, _) where self.isLost(self.store[key]):
            break
        case .status(let key, let uid, let status):
            self.store.modify(key) { if $0.uid == uid { $0["status"] = status } }
        case .event(let key, let uid, let note):
            self.record(note, about: key, uid: uid, by: "kubelet")
        case .gone(let key, let uid):
            self.removePod(key, uid: uid)
        case .released:
            self.needsScheduling = true
        }
        self.settle()
    }

    private func removePod(_ key: ResourceKey, uid: String) {
        var options = DeletionOptions()
        options.gracePeriodSeconds = 0
        options.uid = uid
        guard self.faults.terminatingDelay > 0 else {
            _ = try? self.store.delete(key, options, now: .now())
            return
        }
        let delay = Duration.seconds(self.faults.terminatingDelay)
        LoopActor.immediate { [weak self, options] in
            try? await LoopClock().sleep(for: delay)
            _ = try? self?.change { store throws(APIStatus) in try store.delete(key, options, now: .now()) }
        }
    }
}

// MARK: - Nodes that come and go

extension Cluster {
    private func isLost(_ pod: JSONValue?) -> Bool {
        pod?.string(at: "spec", "nodeName").map(self.faults.lostNodes.contains) ?? false
    }

    private func pods(of node: String) -> [(key: ResourceKey, value: JSONValue)] {
        self.store.objects(ResourceFilter(kind: .pods)).filter { $0.value.string(at: "spec", "nodeName") == node }
    }

    private func faultsChanged(since old: FaultPlan) {
        if old.lostNodes != self.faults.lostNodes || old.unhealthyGPUs != self.faults.unhealthyGPUs {
            for node in self.nodes {
                let object = NodeObject(node, faults: self.faults)
                self.store.modify(ResourceKey(.nodes, name: node.name)) { object.report(into: &$0, now: .now()) }
            }
        }
        for node in self.faults.lostNodes.subtracting(old.lostNodes).sorted() { self.evictPods(of: node) }
        self.settle()
        for node in old.lostNodes.subtracting(self.faults.lostNodes).sorted() {
            for (key, pod) in self.pods(of: node) { self.adopt(key, pod) }
        }
        self.settle()
    }

    /// What the taint manager does with pods that do not tolerate a lost node; here at once.
    private func evictPods(of node: String) {
        for (key, pod) in self.pods(of: node) where !pod.isOver {
            let message = "Taint manager: deleting due to NoExecute taint"
            self.store.modify(key) { $0.markDisrupted(reason: "DeletionByTaintManager", message: message, now: .now()) }
            _ = try? self.store.delete(key, DeletionOptions(), now: .now())
        }
    }

    /// What the garbage collector does with pods of a node that was removed.
    private func collectPods(of node: String) {
        var options = DeletionOptions()
        options.gracePeriodSeconds = 0
        for (key, pod) in self.pods(of: node) {
            if !pod.isOver { self.store.modify(key) { $0.markLost(now: .now()) } }
            _ = try? self.store.delete(key, options, now: .now())
        }
    }
}
