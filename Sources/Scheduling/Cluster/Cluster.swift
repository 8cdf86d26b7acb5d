/// The nodes, their free GPUs, and the shapes of the jobs seen.
struct Cluster: Sendable {
    /// Whether a shape fits when nothing else runs.
    enum Fit: Sendable {
        case somewhere, onlyOnPausedNodes, nowhere
    }

    private let limit: CapacityLimit
    private var offered: [NodeCapacity] = []
    private var paused: Set<String> = []
    /// Those that are not paused, sorted by name.
    private var nodes: [NodeCapacity] = []
    private var indexOfNode: [String: Int] = [:]
    private(set) var pool: NodePool
    private(set) var shapes: [Shape] = []
    private(set) var fits: [Fit] = []
    /// Increases with each change of the nodes.
    private(set) var revision = 0
    private var indexOfShape: [Shape.Key: Int] = [:]

    init(limit: CapacityLimit) {
        self.limit = limit
        self.pool = NodePool([], policy: limit)
    }

    /// Cards available to jobs.
    private(set) var capacity = 0

    // MARK: Nodes

    /// Sets the nodes, and which of them are paused. Discards all holdings.
    mutating func set(nodes: [NodeCapacity]? = nil, paused: Set<String>? = nil) {
        self.revision += 1
        self.offered = nodes?.sorted { $0.name < $1.name } ?? self.offered
        self.paused = paused ?? self.paused
        self.nodes = self.offered.filter { !self.paused.contains($0.name) }
        self.indexOfNode = Dictionary(
            self.nodes.enumerated().map { ($0.element.name, $0.offset) },
            uniquingKeysWith: { first, _ in first }
        )
        self.pool = NodePool(self.nodes, policy: self.limit)
        self.capacity = self.pool.budget
        for index in self.shapes.indices {
            self.shapes[index] = self.compile(self.shapes[index].key)
            self.fits[index] = self.fit(of: self.shapes[index])
        }
    }

    func isOffered(_ nodes: [NodeCapacity]) -> Bool { self.offered == nodes.sorted { $0.name < $1.name } }

    // MARK: Shapes

    /// The shape's index, which never changes.
    mutating func index(of key: Shape.Key) -> Int {
        if let index = self.indexOfShape[key] { return index }
        let index = self.shapes.count
        self.indexOfShape[key] = index
        self.shapes.append(self.compile(key))
        self.fits.append(self.fit(of: self.shapes[index]))
        return index
    }

    func compile(_ key: Shape.Key) -> Shape {
        // A share's fraction is largest on the smallest card.
        let smallest = self.nodes.min { ($0.memoryPerGPU ?? .max) < ($1.memoryPerGPU ?? .max) }
        return Shape(key, nodes: self.nodes, limits: CardLimits(smallest ?? NodeCapacity(name: "", gpus: 0)))
    }

    private func fit(of shape: Shape) -> Fit {
        if NodePool(self.nodes, policy: self.limit, countingForeign: false).place(for: shape) != nil {
            return .somewhere
        }
        guard !self.paused.isEmpty else { return .nowhere }
        let all = Shape(shape.key, nodes: self.offered, limits: CardLimits(NodeCapacity(name: "", gpus: 0)))
        let pool = NodePool(self.offered, policy: self.limit, countingForeign: false)
        return pool.place(for: all) == nil ? .nowhere : .onlyOnPausedNodes
    }

    // MARK: Holdings

    mutating func take(_ holdings: [Holding]) { self.pool.take(holdings) }

    /// Releases a job's holdings.
    mutating func give(_ job: Occupant) {
        self.pool.give(job.holdings)
        self.pool.give(job.elsewhere)
    }

    /// Takes a job's GPUs where it is, even beyond what is free.
    ///
    /// A job placed on a node that is gone or no longer accepts jobs holds no GPUs of other nodes, and counts against
    /// the configured limit only. One that is only planned there, or has no plan, may be anywhere and counts against
    /// the whole cluster.
    mutating func settle(_ job: inout Occupant) {
        job.holdings = []
        job.elsewhere = CardsElsewhere()
        let away = job.placement.map { $0.pods.filter { self.indexOfNode[$0.node] == nil } }
        if !job.isPlaced, away?.isEmpty != true {
            job.elsewhere.anywhere = job.cards
        } else if let placement = job.placement {
            job.elsewhere.away = away?.reduce(0) { $0 + $1.gpus } ?? 0
            job.holdings = self.pool.holdings(of: placement, nodes: self.indexOfNode)
        }
        self.pool.take(job.elsewhere)
        self.pool.take(job.holdings)
    }

    /// The nodes by name, in the order of the pods.
    func placement(of holdings: [Holding], demand: Demand) -> Placement {
        let pods = demand.pods
        return Placement(
            holdings.sorted { $0.pod < $1.pod }.map {
                Placement.Pod(node: self.nodes[$0.node].name, gpus: pods[$0.pod].gpus, share: pods[$0.pod].share)
            }
        )
    }
}
