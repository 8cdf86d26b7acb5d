internal import Dispatching
internal import KubernetesClient
internal import MaaSCore
internal import Scheduling

/// Watches nodes, jobs and pods, and passes on changes as facts.
///
/// Nothing is passed on before everything was listed once: a partial view would make pods look gone. Foreign pods are
/// watched for the GPUs they hold; a service account without permission to list them does without.
@LoopActor
final class ClusterMirror {
    typealias Handler = @LoopActor (ClusterFact) -> Void

    private let client: KubernetesClient
    private let namespace: String
    private let templateResources: Set<JobResource>
    private let metrics: DispatchMetrics
    private let logger: Logger
    private let handler: Handler
    private var nodes: NodeBook
    /// As last passed on: most changes of a node are heartbeats.
    private var capacities: [NodeCapacity]?
    private var listed: Set<String> = []
    private var early = EarlyFacts()
    private var wasCurrent = true
    private var watchers: [(name: String, watcher: any Watching)] = []
    /// Those of the watches that are not optional.
    private var requiredNames: Set<String> = []

    /// - Parameter templateResources: the kinds of jobs that templates have. There may be running jobs of the others,
    ///   from templates that are gone, or the server may not know these kinds at all.
    init(
        client: KubernetesClient,
        namespace: String,
        templateResources: Set<JobResource>,
        metrics: DispatchMetrics,
        logger: Logger,
        handler: @escaping Handler
    ) {
        self.client = client
        self.namespace = namespace
        self.templateResources = templateResources
        self.nodes = NodeBook(namespace: namespace)
        self.metrics = metrics
        self.logger = logger
        self.handler = handler
    }

    /// Whether everything was listed and all watches are up.
    var isCurrent: Bool { self.isComplete && self.watchers.allSatisfy(\.watcher.isCurrent) }

    /// Whether everything was listed.
    private var isComplete: Bool { self.listed.count == self.watchers.count }

    /// How long each watch has been silent.
    var silences: [(name: String, silence: Duration)] {
        self.watchers.compactMap { name, watcher in watcher.heard.map { (name, .now - $0) } }
    }

    /// Whether the server grants what nothing works without. It is believed then if it refuses the rest.
    private var isServerReady: Bool {
        self.watchers.allSatisfy { !self.requiredNames.contains($0.name) || $0.watcher.isCurrent }
    }

    func start() {
        self.watchers = [
            self.watcher(Self.nodesName, Node.self, namespace: nil, selector: nil) { [unowned self] in
                self.nodes.take($0)
                self.tellNodes(listing: $0.isList ? Self.nodesName : nil)
            },
            self.watcher(Self.allPodsName, Pod.self, namespace: nil, selector: nil, isOptional: true) {
                [unowned self] in
                if self.nodes.take($0) || $0.isList {
                    self.tellNodes(listing: $0.isList ? Self.allPodsName : nil)
                }
            },
            self.watcher(Self.podsName, Pod.self, namespace: self.namespace, selector: JobLabels.selector) {
                [unowned self] in self.take($0)
            },
        ]
        self.watchers += JobResource.allCases.map {
            self.jobWatcher($0.type, isOptional: !self.templateResources.contains($0))
        }
        for (_, watcher) in self.watchers { watcher.start() }
    }

    func stop() async {
        for (_, watcher) in self.watchers { await watcher.stop() }
    }

    private static let nodesName = "nodes"
    /// In all namespaces.
    private static let allPodsName = "all_pods"
    private static let podsName = "pods"

    private func jobWatcher<Job: ClusterJob>(
        _ type: Job.Type,
        isOptional: Bool
    ) -> (name: String, watcher: any Watching) {
        self.watcher(
            Job.kind.plural,
            type,
            namespace: self.namespace,
            selector: JobLabels.selector,
            isOptional: isOptional
        ) { [unowned self] in self.take($0) }
    }

    private func watcher<Resource: KubernetesResource>(
        _ name: String,
        _ type: Resource.Type,
        namespace: String?,
        selector: String?,
        isOptional: Bool = false,
        onEvent: @escaping @LoopActor (ResourceEvent<Resource>) -> Void
    ) -> (name: String, watcher: any Watching) {
        if !isOptional { self.requiredNames.insert(name) }
        let lags = self.metrics.watchLags
        let watcher = ResourceWatcher(
            type,
            client: self.client,
            namespace: namespace,
            selector: selector,
            isOptional: isOptional,
            isServerReady: { [unowned self] in self.isServerReady },
            logger: self.logger,
            onLag: { lags.observe($0, name) },
            onCurrency: { [unowned self] in self.tellView() },
            onEvent: onEvent
        )
        return (name, watcher)
    }

    // MARK: Events

    private func tellNodes(listing kind: String?) {
        let capacities = self.nodes.capacities
        guard kind != nil || capacities != self.capacities else { return }
        self.capacities = capacities
        self.tell(.nodes(capacities), listing: kind)
    }

    /// A list of one kind lacks jobs of the others; those become doubtful and are found by name.
    private func take<Job: ClusterJob>(_ event: ResourceEvent<Job>) {
        switch event {
        case .replaced(let jobs):
            self.tell(.jobsListed(jobs.compactMap { JobSighting($0) }), listing: Job.kind.plural)
        case .changed(let job): if let sighting = JobSighting(job) { self.tell(.job(sighting)) }
        case .deleted(let job):
            if let sighting = JobSighting(job) { self.tell(.jobGone(sighting.attempt, uid: sighting.uid)) }
        }
    }

    private func take(_ event: ResourceEvent<Pod>) {
        switch event {
        case .replaced(let pods):
            let sightings = pods.compactMap { pod in
                JobLabels.attempt(of: pod.metadata.labels).map { (attempt: $0, pod: PodFacts(pod)) }
            }
            self.tell(.podsListed(sightings), listing: Self.podsName)
        case .changed(let pod):
            if let attempt = JobLabels.attempt(of: pod.metadata.labels) { self.tell(.pod(attempt, PodFacts(pod))) }
        case .deleted(let pod):
            if let attempt = JobLabels.attempt(of: pod.metadata.labels) {
                self.tell(.podGone(attempt, name: pod.metadata.name))
            }
        }
    }

    private func tell(_ fact: ClusterFact, listing kind: String? = nil) {
        let wasComplete = self.isComplete
        if let kind {
            self.listed.insert(kind)
            self.metrics.lists.increment(kind)
        }
        if wasComplete { return self.handler(fact) }
        self.early.append(fact)
        guard self.isComplete else { return }
        for fact in self.early.take() { self.handler(fact) }
        // One that was listed early may have failed since.
        self.tellView()
    }

    private func tellView() {
        guard self.isComplete, self.isCurrent != self.wasCurrent else { return }
        self.wasCurrent.toggle()
        self.handler(.view(isCurrent: self.wasCurrent))
    }
}

/// A ``ResourceWatcher`` of any resource.
@LoopActor
private protocol Watching {
    var isCurrent: Bool { get }
    var heard: ContinuousClock.Instant? { get }
    func start()
    func stop() async
}

extension ResourceWatcher: Watching {}

extension ResourceEvent {
    /// Whether it is a full list.
    fileprivate var isList: Bool { if case .replaced = self { true } else { false } }
}
