internal import MaaSCore

/// The cluster: the store, its journal, the watches, and the controllers that react to changes.
@LoopActor
final class Cluster {
    /// Faults injected on purpose.
    var faults = FaultPlan() {
        didSet { if self.faults != oldValue { self.faultsChanged(since: oldValue) } }
    }

    private(set) var store: ResourceStore
    private let nodes: [MaaSConfiguration.LocalCluster.Node]
    private let journal: Journal
    private let agent: NodeAgent
    private let logger: Logger
    private var controllers: ControllerManager
    private var subscriptions: [ObjectIdentifier: WatchSubscription] = [:]
    private var isSettling = false
    private var jobTimer: LoopTimer?
    private var pruneTimer: LoopTimer?
    /// Why the journal could not be written. From then on nothing changes.
    private var failure: JournalError?
    /// Called when the journal cannot be written.
    private let onJournalFailure: @LoopActor () -> Void

    /// Loads the journal; nothing runs before ``start(namespaces:)``.
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
        self.controllers = ControllerManager(nodes: nodes)
        self.onJournalFailure = onJournalFailure
        let contents = try journal.open()
        if contents.damagedLines > 0 {
            logger.error("the journal has unreadable lines; a copy is kept", [.count: "\(contents.damagedLines)"])
        }
        self.store = ResourceStore(objects: contents.objects, revision: contents.revision, makeUID: { UUIDv4.make() })
        agent.object = { [unowned self] in self.store[$0] }
        agent.report = { [unowned self] in self.handle($0) }
    }

    /// Registers nodes and namespaces, resolves what the last run left unfinished, and starts the controllers.
    func start(namespaces: [String]) throws(JournalError) {
        let pods = self.store.objects(ResourceFilter(kind: .pods))
        self.agent.tidy(knownPods: Set(pods.map(\.value.uid)))
        self.store.bootstrap(nodes: self.nodes, namespaces: namespaces, now: .now())
        self.store.reportLostPods(now: .now())
        self.controllers.examineAll(in: self.store)
        self.jobTimer = LoopTimer { [unowned self] in self.settle() }
        let timer = LoopTimer { [unowned self] in
            self.controllers.pruneEvents(in: &self.store, now: .now())
            self.settle()
        }
        timer.start(after: .seconds(60), repeating: .seconds(60))
        self.pruneTimer = timer
        self.settle()
        // Pods of the last run that had not started, or that are being deleted.
        for (key, _) in pods { self.showAgent(key) }
        self.settle()
        if let failure { throw failure }
    }

    /// Ends all pods and closes all watches.
    func stop(grace: Int) async {
        await self.agent.stop(grace: grace)
        for timer in [self.jobTimer, self.pruneTimer] { timer?.close() }
        self.cutWatches()
        self.journal.close()
    }

    /// Changes the store on behalf of a client and lets the cluster react before it returns. Throws `InternalError`
    /// when the change could not be stored: then it is undone.
    func change<Result>(_ body: (inout ResourceStore) throws(APIStatus) -> Result) throws(APIStatus) -> Result {
        let result = try body(&self.store)
        guard self.settle() else {
            throw APIStatus(.internalError, "Internal error occurred: the cluster's state cannot be stored")
        }
        return result
    }

    /// The path of a container's log, and its writer if it runs.
    func log(of container: String, in pod: JSONValue) -> (path: String, live: ContainerLog?) {
        self.agent.log(of: container, in: pod)
    }

    /// Publishes changes and runs controllers alternately until nothing changes any more.
    ///
    /// - Returns: false if the changes made before the call could not be stored.
    @discardableResult
    private func settle() -> Bool {
        guard !self.isSettling else { return true }
        self.isSettling = true
        defer { self.isSettling = false }
        guard self.publish() else { return false }
        while true {
            self.store.collectGarbage(now: .now())
            if self.store.hasChanges {
                if !self.publish() { break }
            } else if !self.controllers.act(
                on: &self.store,
                faults: self.faults,
                busyGPUs: { self.agent.busyGPUs },
                now: .now()
            ) {
                break
            }
        }
        if let next = self.controllers.nextDue { self.jobTimer?.start(after: max(.zero, next - .now())) }
        return true
    }

    /// Stores what has changed, and shows it to watches, controllers and the node; false if it could not be stored.
    private func publish() -> Bool {
        let changes = self.store.takeChanges()
        guard !changes.isEmpty else { return true }
        guard self.failure == nil, self.isStored(changes) else {
            // Nobody may see what would be gone after a restart.
            self.store.undo(changes)
            return false
        }
        for change in changes {
            for subscription in self.subscriptions.values { subscription.offer(change) }
            self.controllers.observe(change, faults: self.faults, now: .now())
            switch (change.key.kind, change.kind) {
            case (.nodes, .deleted): self.store.collectPods(of: change.key.name, now: .now())
            // A lost node receives no changes, except that forcibly removed pods are ended there.
            case (.pods, let kind) where kind == .deleted || !self.isLost(change.object): self.agent.observe(change)
            default: break
            }
        }
        return true
    }

    private func isStored(_ changes: [ResourceChange]) -> Bool {
        do {
            try self.journal.append(changes)
        } catch {
            self.logger.error("cannot write the journal", [.error: "\(error)"])
            self.failure = error
            self.onJournalFailure()
            return false
        }
        guard self.journal.isDue else { return true }
        do {
            try self.journal.rewrite(self.store.objects, revision: self.store.revision)
        } catch {
            // The changes are stored all the same; it is tried again when as many have come.
            self.logger.warning("cannot rewrite the journal", [.error: "\(error)"])
        }
        return true
    }
}

// MARK: - Watches

extension Cluster {
    /// Starts a watch with the changes since `revision`, or with all existing objects.
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

    /// Ends every watch, like an API server that restarts.
    func cutWatches() {
        for subscription in self.subscriptions.values { subscription.close() }
        self.subscriptions = [:]
    }

    /// Discards the history: watches that resume from an earlier version get `Expired`.
    func compact() {
        self.store.compact()
    }
}

// MARK: - Nodes

extension Cluster {
    private func handle(_ report: NodeAgent.Report) {
        switch report {
        case .status(let key, _, _) where self.isLost(self.store[key]),
            .gone(let key, _) where self.isLost(self.store[key]):
            break
        case .status(let key, let uid, let status):
            self.store.modify(key) { if $0.uid == uid { $0["status"] = status } }
        case .event(let key, let uid, let note):
            self.controllers.record(note, about: key, uid: uid, by: "kubelet", in: &self.store, now: .now())
        case .gone(let key, let uid):
            self.removePod(key, uid: uid)
        case .released:
            self.controllers.requestScheduling()
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

    /// Passes a pod's current state to the agent, if the pod exists.
    private func showAgent(_ key: ResourceKey) {
        guard let pod = self.store[key] else { return }
        let revision = self.store.revision
        self.agent.observe(ResourceChange(kind: .modified, key: key, revision: revision, object: pod, previous: nil))
    }

    private func isLost(_ pod: JSONValue?) -> Bool {
        pod?.string(at: "spec", "nodeName").map(self.faults.lostNodes.contains) ?? false
    }

    private func faultsChanged(since old: FaultPlan) {
        if old.lostNodes != self.faults.lostNodes || old.unhealthyGPUs != self.faults.unhealthyGPUs {
            for node in self.nodes {
                let object = NodeObject(node, faults: self.faults)
                self.store.modify(ResourceKey(.nodes, name: node.name)) { object.report(into: &$0, now: .now()) }
            }
        }
        let (lost, wereLost) = (self.faults.lostNodes, old.lostNodes)
        for node in lost.subtracting(wereLost).sorted() { self.store.evictPods(of: node, now: .now()) }
        self.settle()
        for node in wereLost.subtracting(lost).sorted() {
            for (key, _) in self.store.pods(of: node) { self.showAgent(key) }
        }
        self.settle()
    }
}
