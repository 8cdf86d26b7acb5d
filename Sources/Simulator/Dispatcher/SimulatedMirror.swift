internal import Dispatching
internal import Scheduling

/// A model of `ClusterMirror`: nothing is passed on before nodes, jobs and pods were listed once.
final class SimulatedMirror {
    private unowned let world: World
    private let handler: (ClusterFact) -> Void
    private var watches: [SimulatedWatch] = []
    private var listed: Set<ResourceType> = []
    private var early = EarlyFacts()
    private var wasCurrent = true
    /// Attempts whose job is over; for a mutation only.
    private var overJobs: Set<AttemptID> = []

    init(life: Life, world: World, handler: @escaping (ClusterFact) -> Void) {
        self.world = world
        self.handler = handler
        self.watches = ResourceType.allCases.map { type in
            SimulatedWatch(type, life: life, world: world) { [weak self] in
                self?.tellView()
            } handler: { [weak self] in
                self?.take($0, type, isList: $1)
            }
        }
    }

    func start() { for watch in self.watches { watch.start() } }

    func stop() { for watch in self.watches { watch.stop() } }

    private func take(_ fact: ClusterFact, _ type: ResourceType, isList: Bool) {
        if self.world.mutation == .losesPodEnds, case .podGone = fact { return }
        let fact = self.mutated(fact)
        let wasComplete = self.isComplete
        if isList { self.listed.insert(type) }
        if wasComplete { return self.handler(fact) }
        self.early.append(fact)
        guard self.isComplete else { return }
        for fact in self.early.take() { self.handler(fact) }
        self.tellView()
    }

    private var isComplete: Bool { self.listed.count == self.watches.count }

    private func tellView() {
        guard self.isComplete, self.watches.allSatisfy(\.isCurrent) != self.wasCurrent else { return }
        self.wasCurrent.toggle()
        self.handler(.view(isCurrent: self.wasCurrent))
    }

    private func mutated(_ fact: ClusterFact) -> ClusterFact {
        switch (self.world.mutation, fact) {
        case (.countsNodesTwice, .nodes(let nodes)):
            return .nodes(
                nodes.map { node in
                    var node = node
                    node.gpus *= 2
                    return node
                }
            )
        case (.terminatingIsEnded, .pod(let attempt, var pod)):
            if pod.isDisrupted || self.world.cluster.isTerminating(pod.name) { pod.isEnded = true }
            return .pod(attempt, pod)
        case (.releasesAtJobEnd, .job(let job)):
            if job.phase.isOver { self.overJobs.insert(job.attempt) }
            return fact
        case (.releasesAtJobEnd, .pod(let attempt, var pod)):
            pod.isEnded = pod.isEnded || self.overJobs.contains(attempt)
            return .pod(attempt, pod)
        default: return fact
        }
    }
}
