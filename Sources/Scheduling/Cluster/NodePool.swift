/// The free GPUs of the nodes, and whether a job's pods have a place on them.
struct NodePool: Sendable {
    private(set) var nodes: [NodeGPUs]
    /// Whole cards free on the nodes.
    private var free: Int
    /// Cards that the limit set by hand leaves.
    private var allowance: Int
    /// Cards held by jobs of which nobody knows where they are.
    private var missing = 0
    private var nextCard = 0

    /// Cards that may be taken.
    var budget: Int { min(self.free, self.allowance) - self.missing }

    /// - Parameter limit: cards of the whole cluster that may be used; nil for all.
    init(_ nodes: [NodeCapacity], policy: CapacityLimit, countingForeign: Bool = true) {
        self.nodes = nodes.map { node in
            let offered = node.gpus - (countingForeign ? node.foreignGPUs : 0)
            let limit = policy.gpusOfNode[node.name] ?? policy.gpusPerNode ?? .max
            return NodeGPUs(whole: max(0, min(offered, limit)), limits: CardLimits(node))
        }
        self.free = self.nodes.reduce(0) { $0 + $1.whole }
        self.allowance = policy.gpus ?? .max / 2
    }

    // MARK: Taking and giving

    mutating func take(_ holdings: [Holding]) {
        for holding in holdings { self.change(holding.node) { $0.take(holding.portion) } }
        self.nextCard = max(self.nextCard, 1 + (holdings.lazy.compactMap(\.portion.cards.last).max() ?? -1))
    }

    mutating func give(_ holdings: [Holding]) {
        for holding in holdings { self.change(holding.node) { $0.give(holding.portion) } }
    }

    /// Takes it for one who comes later.
    mutating func reserve(_ holdings: [Holding]) {
        for holding in holdings { self.change(holding.node) { $0.reserve(holding.portion) } }
    }

    mutating func takeSomewhere(_ cards: Int) { self.missing += cards }
    mutating func giveSomewhere(_ cards: Int) { self.missing -= cards }

    private mutating func change(_ node: Int, _ body: (inout NodeGPUs) -> Void) {
        let before = self.nodes[node].whole
        body(&self.nodes[node])
        let after = self.nodes[node].whole
        self.free += max(0, after) - max(0, before)
        self.allowance += after - before
    }

    /// What is free both here and there.
    func intersection(_ other: NodePool) -> NodePool {
        var both = self
        both.nodes = zip(self.nodes, other.nodes).map { $0.intersection($1) }
        both.free = both.nodes.reduce(0) { $0 + max(0, $1.whole) }
        both.allowance = min(self.allowance, other.allowance)
        both.missing = max(self.missing, other.missing)
        both.nextCard = max(self.nextCard, other.nextCard)
        return both
    }

    // MARK: Finding a place

    /// A place for every pod, or nil. Takes nothing.
    ///
    /// Largest pod first, each on the node that it fills best: small holes are used before large ones are broken.
    func place(for shape: Shape) -> [Holding]? {
        guard shape.wholeCards <= self.budget else { return nil }
        if shape.pods.count == 1 { return self.place(for: shape.pods[0]).map { [$0] } }
        guard let affinity = shape.affinity else { return self.place(for: shape) { _ in true } }
        for domain in Set(affinity.compactMap { $0 }).sorted() {
            if let holdings = self.place(for: shape, where: { affinity[$0] == domain }) { return holdings }
        }
        return nil
    }

    private func place(for shape: Shape, where isAllowed: (Int) -> Bool) -> [Holding]? {
        var pool = self
        var holdings: [Holding] = []
        var used: Set<Int> = []
        for pod in shape.pods {
            let holding = pool.place(for: pod) { node in
                guard isAllowed(node) else { return false }
                guard let antiAffinity = shape.antiAffinity else { return true }
                return antiAffinity[node].map { !used.contains($0) } ?? false
            }
            guard let holding else { return nil }
            pool.take([holding])
            if let domain = shape.antiAffinity?[holding.node] { used.insert(domain) }
            holdings.append(holding)
        }
        return holdings
    }

    private func place(for pod: Shape.Pod, where isAllowed: (Int) -> Bool = { _ in true }) -> Holding? {
        var best: (node: Int, free: Int)?
        for node in pod.nodes where isAllowed(node) {
            let free = self.nodes[node].whole
            if let best, best.free <= free { continue }
            guard self.hasRoom(for: pod, on: node) else { continue }
            best = (node, free)
        }
        guard let best else { return nil }
        let portion = self.nodes[best.node].portion(gpus: pod.gpus, share: pod.share, nextCard: self.nextCard)
        return portion.map { Holding(node: best.node, portion: $0, pod: pod.index) }
    }

    private func hasRoom(for pod: Shape.Pod, on node: Int) -> Bool {
        // Most pods take whole cards, and this is asked of every node.
        guard let share = pod.share else { return pod.gpus <= self.nodes[node].whole || pod.gpus == 0 }
        guard let portion = self.nodes[node].portion(gpus: pod.gpus, share: share, nextCard: self.nextCard) else {
            return false
        }
        return self.nodes[node].opened(by: portion) <= self.budget
    }

    /// What a job's pods hold where they are, whether there is room or not. Pods on other nodes hold nothing here.
    func holdings(of placement: Placement, nodes: [String: Int]) -> [Holding] {
        var pool = self
        var holdings: [Holding] = []
        for (index, pod) in placement.pods.enumerated() {
            guard let node = nodes[pod.node] else { continue }
            let portion = pool.nodes[node].forcedPortion(gpus: pod.gpus, share: pod.share, nextCard: pool.nextCard)
            let holding = Holding(node: node, portion: portion, pod: index)
            pool.take([holding])
            holdings.append(holding)
        }
        return holdings
    }
}
