internal import MaaSCore

/// The controllers and the scheduler. Pure: they act on the store they are given.
struct ControllerManager: Sendable {
    private let nodes: [MaaSConfiguration.LocalCluster.Node]
    private let trainingOperator = TrainingOperator()
    private let jobController = BatchJobController()
    private let scheduler = PodScheduler()
    private var recorder = EventRecorder()
    private var dueJobs = WorkQueue()
    private var needsScheduling = true

    private static let jobKinds = [ResourceKind.pyTorchJobs, .jobs]

    init(nodes: [MaaSConfiguration.LocalCluster.Node]) { self.nodes = nodes }

    /// When the next job is due by time alone.
    var nextDue: Timestamp? { self.dueJobs.next }

    /// Schedules a check of every job: after a start it is unknown what was left undone.
    mutating func examineAll(in store: ResourceStore) {
        self.dueJobs.formUnion(Self.jobKinds.flatMap { store.objects(ResourceFilter(kind: $0)).map(\.key) })
    }

    /// Records that GPUs have become free.
    mutating func requestScheduling() { self.needsScheduling = true }

    /// Records which controllers a change concerns.
    mutating func observe(_ change: ResourceChange, faults: FaultPlan, now: Timestamp) {
        switch change.key.kind {
        case .pyTorchJobs, .jobs:
            self.enqueue(change.key, change.object, faults: faults, now: now)
        case .pods:
            if Self.concernsScheduling(change) { self.needsScheduling = true }
            self.dueJobs.formUnion(Self.jobKinds.compactMap { change.object.owner(of: $0) })
        case .nodes:
            self.needsScheduling = true
        default: break
        }
    }

    /// Whether a pod's change may bind a pod, this or another. Most are of a status only, and looking at thousands of
    /// waiting pods takes long.
    private static func concernsScheduling(_ change: ResourceChange) -> Bool {
        guard change.kind == .modified, let previous = change.previous else { return true }
        return change.object.isOver != previous.isOver || change.object["spec"] != previous["spec"]
            || change.object.isBeingDeleted != previous.isBeingDeleted
            || change.object["metadata"]?["labels"] != previous["metadata"]?["labels"]
    }

    /// Runs one controller; false when none has anything to do.
    /// - Parameter busyGPUs: by node, the GPUs that containers hold, whatever the objects say.
    mutating func act(
        on store: inout ResourceStore,
        faults: FaultPlan,
        busyGPUs: () -> [String: Set<Int>],
        now: Timestamp
    ) -> Bool {
        // The job controller is part of Kubernetes and works without the operator.
        if let job = self.dueJobs.popDue(at: now, where: { !faults.isOperatorDown || $0.kind == .jobs }) {
            self.reconcile(job, in: &store, now: now)
        } else if self.needsScheduling {
            self.needsScheduling = false
            self.schedule(in: &store, faults: faults, busyGPUs: busyGPUs(), now: now)
        } else {
            return false
        }
        return true
    }

    /// Records an event about an object.
    mutating func record(
        _ note: EventNote,
        about key: ResourceKey,
        uid: String,
        by component: String,
        in store: inout ResourceStore,
        now: Timestamp
    ) {
        self.recorder.record(note, about: key, uid: uid, by: component, in: &store, now: now)
    }

    /// Removes expired events.
    mutating func pruneEvents(in store: inout ResourceStore, now: Timestamp) {
        self.recorder.prune(&store, now: now)
    }
}

// MARK: - Jobs

extension ControllerManager {
    private mutating func enqueue(_ key: ResourceKey, _ job: JSONValue, faults: FaultPlan, now: Timestamp) {
        if key.kind == .pyTorchJobs, faults.statusDelay > 0, job["status"] == nil {
            self.dueJobs.insert(key, at: now.advanced(bySeconds: faults.statusDelay))
        } else if !self.dueJobs.isLater(key) || job["status"] != nil {
            self.dueJobs.insert(key)
        }
    }

    private mutating func reconcile(_ key: ResourceKey, in store: inout ResourceStore, now: Timestamp) {
        guard let job = store[key] else {
            // Its pods may wait for a controller that will never handle them again.
            let pods = store.objects(ResourceFilter(kind: .pods, namespace: key.namespace)).map(\.value)
            let orphans = pods.filter { $0.owner(of: .jobs) == key }
            for action in self.jobController.release(orphans) {
                self.carryOut(action, for: key, .null, in: &store, now: now)
            }
            return
        }
        let pods = store.objects(.pods, ownedBy: job.uid, in: key.namespace).map(\.value)
        let actions =
            if key.kind == .jobs {
                self.jobController.reconcile(job: job, pods: pods, now: now)
            } else {
                self.trainingOperator.reconcile(
                    job: job,
                    pods: pods,
                    services: Set(store.objects(.services, ownedBy: job.uid, in: key.namespace).map(\.key.name)),
                    now: now
                )
            }
        for action in actions { self.carryOut(action, for: key, job, in: &store, now: now) }
    }

    private mutating func carryOut(
        _ action: ControllerAction,
        for key: ResourceKey,
        _ job: JSONValue,
        in store: inout ResourceStore,
        now: Timestamp
    ) {
        switch action {
        case .createPod(let pod):
            self.create(.pods, PodAdmission.withDefaults(pod), for: key, job, in: &store, now: now)
        case .createService(let service): self.create(.services, service, for: key, job, in: &store, now: now)
        case .delete(let key): _ = try? store.delete(key, DeletionOptions(), now: now)
        case .removeFinalizer(let name, let key): store.removeFinalizer(name, from: key)
        case .updateStatus(let status): store.modify(key) { $0["status"] = status }
        case .record(let note):
            self.record(note, about: key, uid: job.uid, by: Self.controller(of: key.kind), in: &store, now: now)
        case .requeue(let time): self.dueJobs.insert(key, at: time)
        }
    }

    private mutating func create(
        _ kind: ResourceKind,
        _ draft: JSONValue,
        for key: ResourceKey,
        _ job: JSONValue,
        in store: inout ResourceStore,
        now: Timestamp
    ) {
        do {
            _ = try store.create(kind, namespace: key.namespace, draft, now: now)
        } catch {
            let note = EventNote.warning("FailedCreate\(kind.kind)", "Error creating: \(error.message)")
            self.record(note, about: key, uid: job.uid, by: Self.controller(of: key.kind), in: &store, now: now)
        }
    }

    private static func controller(of kind: ResourceKind) -> String {
        kind == .jobs ? "job-controller" : "pytorchjob-controller"
    }
}

// MARK: - Pods

extension ControllerManager {
    private mutating func schedule(
        in store: inout ResourceStore,
        faults: FaultPlan,
        busyGPUs: [String: Set<Int>],
        now: Timestamp
    ) {
        let nodes = store.objects(ResourceFilter(kind: .nodes)).map(\.value)
        let pods = store.objects(ResourceFilter(kind: .pods)).map(\.value)
        let devices = Dictionary(
            uniqueKeysWithValues: self.nodes.map { ($0.name, NodeObject($0, faults: faults).usableGPUs) }
        )
        let component = "default-scheduler"
        for decision in self.scheduler.decide(nodes: nodes, pods: pods, busy: busyGPUs, devices: devices) {
            switch decision {
            case .bind(let key, let node, let gpus):
                let uid = store[key]?.uid ?? ""
                store.modify(key) { $0.bind(to: node, gpus: gpus) }
                let message = "Successfully assigned \(key.namespace)/\(key.name) to \(node)"
                self.record(.normal("Scheduled", message), about: key, uid: uid, by: component, in: &store, now: now)
            case .unschedulable(let key, let message):
                guard let pod = store[key], pod.unschedulableMessage != message else { continue }
                store.modify(key) { $0.markUnschedulable(message, now: now) }
                let note = EventNote.warning("FailedScheduling", message)
                self.record(note, about: key, uid: pod.uid, by: component, in: &store, now: now)
            }
        }
    }
}
