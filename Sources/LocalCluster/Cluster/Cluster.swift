internal import MaaSCore

/// The cluster: the store, what is kept on disk, who watches, and the controllers that act on changes.
@LoopActor
final class Cluster {
    /// What misbehaves on purpose.
    var faults = FaultPlan() {
        didSet { if faults != oldValue { faultsChanged(since: oldValue) } }
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
        store = ResourceStore(objects: contents.objects, revision: contents.revision, makeUID: { UUIDv4.make() })
        agent.object = { [unowned self] in store[$0] }
        agent.report = { [unowned self] in handle($0) }
    }

    /// Registers nodes and namespaces, settles what the last run left, and begins to act.
    func start(namespaces: [String]) {
        let pods = store.objects(ResourceFilter(kind: .pods))
        agent.tidy(knownPods: Set(pods.map(\.value.uid)))
        store.bootstrap(nodes: nodes, namespaces: namespaces, now: .now())
        store.reportLostPods(now: .now())
        dueJobs.formUnion(Self.jobKinds.flatMap { store.objects(ResourceFilter(kind: $0)).map(\.key) })
        jobTimer = LoopTimer { [unowned self] in settle() }
        let timer = LoopTimer { [unowned self] in
            recorder.prune(&store, now: .now())
            settle()
        }
        timer.start(after: .seconds(60), repeating: .seconds(60))
        pruneTimer = timer
        settle()
        for (key, pod) in pods where store[key] != nil { adopt(key, pod) }
        settle()
    }

    /// Ends all pods and closes all watches.
    func stop(grace: Int) async {
        await agent.stop(grace: grace)
        for timer in [jobTimer, pruneTimer] { timer?.close() }
        cutWatches()
        journal.close()
    }

    /// Changes the store on behalf of a client and lets the cluster react before it returns.
    func change<Result>(_ body: (inout ResourceStore) throws(APIStatus) -> Result) throws(APIStatus) -> Result {
        let result = try body(&store)
        settle()
        return result
    }

    /// Where the log of a container is, and who writes it if it runs.
    func log(of container: String, in pod: JSONValue) -> (path: String, live: ContainerLog?) {
        agent.log(of: container, in: pod)
    }
}

// MARK: - Watches

extension Cluster {
    /// Begins a watch with what has happened since `revision`, or with everything there is.
    func watch(_ filter: ResourceFilter, after revision: Int?) throws(APIStatus) -> WatchSubscription {
        let events: [WatchEvent]
        if let revision {
            events = try store.events(filter, after: revision)
        } else {
            events = store.objects(filter).map { WatchEvent(type: .added, object: $0.value) }
        }
        let subscription = WatchSubscription(filter, events: events)
        subscriptions[ObjectIdentifier(subscription)] = subscription
        return subscription
    }

    func unwatch(_ subscription: WatchSubscription) {
        subscription.close()
        subscriptions[ObjectIdentifier(subscription)] = nil
    }

    /// Ends every watch, as an API server does that restarts.
    func cutWatches() {
        for subscription in subscriptions.values { subscription.close() }
        subscriptions = [:]
    }

    /// Forgets the history: whoever resumes from before now is told `Expired`.
    func compact() {
        store.compact()
    }
}

// MARK: - Controllers

extension Cluster {
    /// Lets changes and reactions follow each other until nothing changes any more.
    private func settle() {
        guard !isSettling else { return }
        isSettling = true
        defer { isSettling = false }
        while true {
            store.collectGarbage(now: .now())
            let changes = store.takeChanges()
            if !changes.isEmpty {
                publish(changes)
                continue
            }
            if let job = nextDueJob() {
                reconcile(job)
            } else if needsScheduling {
                needsScheduling = false
                schedule()
            } else {
                break
            }
        }
        if let next = dueJobs.next { jobTimer?.start(after: max(.zero, next - .now())) }
    }

    private func publish(_ changes: [ResourceChange]) {
        do {
            try journal.append(changes)
            if journal.isDue { try journal.rewrite(store.everything, revision: store.revision) }
        } catch {
            logger.error("cannot write the journal", [.error: "\(error)"])
            onJournalFailure()
        }
        for change in changes {
            for subscription in subscriptions.values { subscription.offer(change) }
            switch change.key.kind {
            case .pyTorchJobs, .jobs:
                enqueue(change.key, change.object)
            case .pods:
                needsScheduling = true
                // A node that is lost hears of nothing. A pod that was removed by force is ended there all the same.
                if change.kind == .deleted || !isLost(change.object) { agent.observe(change) }
                dueJobs.formUnion(Self.jobKinds.compactMap { change.object.owner(of: $0) })
            case .nodes:
                needsScheduling = true
                if change.kind == .deleted { collectPods(of: change.key.name) }
            default: break
            }
        }
    }

    private func enqueue(_ key: ResourceKey, _ job: JSONValue) {
        if key.kind == .pyTorchJobs, faults.statusDelay > 0, job["status"] == nil {
            dueJobs.insert(key, at: .now().advanced(bySeconds: faults.statusDelay))
        } else if !dueJobs.isLater(key) || job["status"] != nil {
            dueJobs.insert(key)
        }
    }

    private func nextDueJob() -> ResourceKey? {
        // The job controller is part of Kubernetes: it works without the operator.
        dueJobs.popDue(at: .now()) { !faults.isOperatorDown || $0.kind == .jobs }
    }

    private static let jobKinds = [ResourceKind.pyTorchJobs, .jobs]

    private func reconcile(_ key: ResourceKey) {
        let now = Timestamp.now()
        guard let job = store[key] else {
            // Its pods may wait for a controller that will never look at them again.
            let pods = store.objects(ResourceFilter(kind: .pods, namespace: key.namespace)).map(\.value)
            let orphans = pods.filter { $0.owner(of: .jobs) == key }
            for action in jobController.release(orphans) { carryOut(action, for: key, .null, now: now) }
            return
        }
        let owned = { [store] (kind: ResourceKind) in
            store.objects(ResourceFilter(kind: kind, namespace: key.namespace)).filter { $0.value.isOwned(by: job.uid) }
        }
        if key.kind == .jobs {
            let actions = jobController.reconcile(job: job, pods: owned(.pods).map(\.value), now: now)
            for action in actions { carryOut(action, for: key, job, now: now) }
            return
        }
        let services = Set(owned(.services).map(\.key.name))
        for action in trainingOperator.reconcile(
            job: job,
            pods: owned(.pods).map(\.value),
            services: services,
            now: now
        ) {
            carryOut(action, for: key, job, now: now)
        }
    }

    private func carryOut(_ action: ControllerAction, for key: ResourceKey, _ job: JSONValue, now: Timestamp) {
        switch action {
        case .createPod(let pod): create(.pods, pod, for: key, job, now: now)
        case .createService(let service): create(.services, service, for: key, job, now: now)
        case .delete(let key): _ = try? store.delete(key, DeletionOptions(), now: now)
        case .removeFinalizer(let name, let key): store.removeFinalizer(name, from: key)
        case .updateStatus(let status): store.modify(key) { $0["status"] = status }
        case .record(let note): record(note, about: key, uid: job.uid, by: Self.controller(of: key.kind))
        case .requeue(let time): dueJobs.insert(key, at: time)
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
            _ = try store.create(kind, namespace: key.namespace, object, now: now)
        } catch {
            let note = EventNote.warning("FailedCreate\(kind.kind)", "Error creating: \(error.message)")
            record(note, about: key, uid: job.uid, by: Self.controller(of: key.kind))
        }
    }

    private static func controller(of kind: ResourceKind) -> String {
        kind == .jobs ? "job-controller" : "pytorchjob-controller"
    }

    private func schedule() {
        let nodes = store.objects(ResourceFilter(kind: .nodes)).map(\.value)
        let pods = store.objects(ResourceFilter(kind: .pods)).map(\.value)
        let devices = Dictionary(
            uniqueKeysWithValues: self.nodes.map { ($0.name, NodeObject($0, faults: faults).usableGPUs) }
        )
        for decision in scheduler.decide(nodes: nodes, pods: pods, busy: agent.busyGPUs, devices: devices) {
            switch decision {
            case .bind(let key, let node, let gpus):
                let uid = store[key]?.uid ?? ""
                store.modify(key) { $0.bind(to: node, gpus: gpus) }
                let message = "Successfully assigned \(key.namespace)/\(key.name) to \(node)"
                record(.normal("Scheduled", message), about: key, uid: uid, by: "default-scheduler")
            case .unschedulable(let key, let message):
                guard let pod = store[key], pod.unschedulableMessage != message else { continue }
                store.modify(key) { $0.markUnschedulable(message, now: .now()) }
                record(.warning("FailedScheduling", message), about: key, uid: pod.uid, by: "default-scheduler")
            }
        }
    }

    /// Takes up a pod of an earlier run that had not begun, or that is being deleted.
    private func adopt(_ key: ResourceKey, _ pod: JSONValue) {
        guard let present = store[key] else { return }
        let change = ResourceChange(
            kind: .modified,
            key: key,
            revision: store.revision,
            object: present,
            previous: nil
        )
        agent.observe(change)
    }

    private func record(_ note: EventNote, about key: ResourceKey, uid: String, by component: String) {
        recorder.record(note, about: key, uid: uid, by: component, in: &store, now: .now())
    }

    private func handle(_ report: NodeAgent.Report) {
        switch report {
        case .status(let key, _, _) where isLost(store[key]), .gone(let key, _) where isLost(store[key]): break
        case .status(let key, let uid, let status):
            store.modify(key) { if $0.uid == uid { $0["status"] = status } }
        case .event(let key, let uid, let note):
            record(note, about: key, uid: uid, by: "kubelet")
        case .gone(let key, let uid):
            removePod(key, uid: uid)
        case .released:
            needsScheduling = true
        }
        settle()
    }

    private func removePod(_ key: ResourceKey, uid: String) {
        var options = DeletionOptions()
        options.gracePeriodSeconds = 0
        options.uid = uid
        guard faults.terminatingDelay > 0 else {
            _ = try? store.delete(key, options, now: .now())
            return
        }
        let delay = Duration.seconds(faults.terminatingDelay)
        LoopActor.immediate { [weak self, options] in
            try? await LoopClock().sleep(for: delay)
            _ = try? self?.change { store throws(APIStatus) in try store.delete(key, options, now: .now()) }
        }
    }
}

// MARK: - Nodes that come and go

extension Cluster {
    private func isLost(_ pod: JSONValue?) -> Bool {
        pod?.string(at: "spec", "nodeName").map(faults.lostNodes.contains) ?? false
    }

    private func pods(of node: String) -> [(key: ResourceKey, value: JSONValue)] {
        store.objects(ResourceFilter(kind: .pods)).filter { $0.value.string(at: "spec", "nodeName") == node }
    }

    private func faultsChanged(since old: FaultPlan) {
        if old.lostNodes != faults.lostNodes || old.unhealthyGPUs != faults.unhealthyGPUs {
            for node in nodes {
                let object = NodeObject(node, faults: faults)
                store.modify(ResourceKey(.nodes, name: node.name)) { object.report(into: &$0, now: .now()) }
            }
        }
        for node in faults.lostNodes.subtracting(old.lostNodes).sorted() { evictPods(of: node) }
        settle()
        for node in old.lostNodes.subtracting(faults.lostNodes).sorted() {
            for (key, pod) in pods(of: node) { adopt(key, pod) }
        }
        settle()
    }

    /// What the taint manager does with pods that do not tolerate a lost node; here at once.
    private func evictPods(of node: String) {
        for (key, pod) in pods(of: node) where !pod.isOver {
            let message = "Taint manager: deleting due to NoExecute taint"
            store.modify(key) { $0.markDisrupted(reason: "DeletionByTaintManager", message: message, now: .now()) }
            _ = try? store.delete(key, DeletionOptions(), now: .now())
        }
    }

    /// What the garbage collector does with pods of a node that was removed.
    private func collectPods(of node: String) {
        var options = DeletionOptions()
        options.gracePeriodSeconds = 0
        for (key, pod) in pods(of: node) {
            if !pod.isOver { store.modify(key) { $0.markLost(now: .now()) } }
            _ = try? store.delete(key, options, now: .now())
        }
    }
}
