/// The free GPUs of the nodes, with a search for a place for a job's pods.
struct NodePool: Sendable {
    /// For each node, untouched cards. Negative on a node that shrank below what it holds.
    private var whole: [Int]
    /// For nodes with shared cards.
    private var shared: [Int: SharedCards] = [:]
    private let limits: [CardLimits]
    /// Whole cards free on all nodes.
    private var free: Int
    /// Cards left under the configured limit.
    private var allowance: Int
    /// Cards held by jobs at an unknown place.
    private var missing = 0
    /// Cards held beyond what nodes have: Kubernetes deviated from the plan, so that a job planned there will take
    /// cards of another node.
    private var overdrawn = 0
    private var nextCard = 0

    /// - Parameter policy: the configured capacity.
    init(_ nodes: [NodeCapacity], policy: CapacityLimit, countingForeign: Bool = true) {
        self.whole = nodes.map { node in
            let offered = node.gpus - (countingForeign ? node.foreignGPUs : 0)
            return max(0, min(offered, policy.gpusOfNode[node.name] ?? policy.gpusPerNode ?? .max))
        }
        self.limits = nodes.map { CardLimits($0) }
        self.free = self.whole.reduce(0, +)
        self.allowance = policy.gpus ?? .max / 2
    }

    /// Cards that may be taken.
    var budget: Int { min(self.free, self.allowance) - self.missing - self.overdrawn }

    // MARK: Taking and giving

    mutating func take(_ holdings: [Holding]) { for holding in holdings { self.take(holding) } }

    mutating func give(_ holdings: [Holding]) {
        for holding in holdings {
            var returned = holding.portion.whole
            for id in holding.portion.cards {
                let limits = self.limits[holding.node]
                let isWhole = self.shared[holding.node]?.give(holding.portion.need, of: id, limits: limits) ?? false
                if isWhole { returned += 1 }
            }
            self.addWhole(returned, to: holding.node)
        }
    }

    /// Takes holdings for a later job: cards yet to be opened are kept whole, since it is unknown which they will be.
    mutating func reserve(_ holdings: [Holding]) {
        for var holding in holdings {
            let opened = holding.portion.cards.filter { !self.isShared($0, on: holding.node) }
            holding.portion.cards.removeAll(where: opened.contains)
            holding.portion.whole += opened.count
            self.take(holding)
        }
    }

    mutating func take(_ cards: CardsElsewhere) {
        self.missing += cards.anywhere
        self.allowance -= cards.away
    }

    mutating func give(_ cards: CardsElsewhere) {
        self.missing -= cards.anywhere
        self.allowance += cards.away
    }

    private mutating func take(_ holding: Holding) {
        var used = holding.portion.whole
        for id in holding.portion.cards {
            let limits = self.limits[holding.node]
            if self.shared[holding.node, default: SharedCards()].take(holding.portion.need, of: id, limits: limits) {
                used += 1
            }
            self.nextCard = max(self.nextCard, id + 1)
        }
        self.addWhole(-used, to: holding.node)
    }

    private mutating func addWhole(_ cards: Int, to node: Int) {
        let before = self.whole[node]
        self.whole[node] = before + cards
        self.free += max(0, before + cards) - max(0, before)
        self.overdrawn += max(0, -before - cards) - max(0, -before)
        self.allowance += cards
    }

    private func isShared(_ card: Int, on node: Int) -> Bool { self.shared[node]?.contains(card) ?? false }

    /// What is free in both pools.
    func intersection(_ other: NodePool) -> NodePool {
        var both = self
        both.free = 0
        both.overdrawn = 0
        for node in self.whole.indices {
            both.whole[node] = min(self.whole[node], other.whole[node])
            both.free += max(0, both.whole[node])
            both.overdrawn += max(0, -both.whole[node])
        }
        for (node, cards) in self.shared { both.shared[node] = cards.intersection(other.shared[node] ?? SharedCards()) }
        both.allowance = min(self.allowance, other.allowance)
        both.missing = max(self.missing, other.missing)
        both.nextCard = max(self.nextCard, other.nextCard)
        return both
    }

    // MARK: Finding a place

    /// Finds a place for every pod, or returns nil. Takes nothing.
    ///
    /// Best fit, largest pod first: small gaps are used before large ones are broken up.
    func place(for shape: Shape) -> [Holding]? {
        guard shape.wholeCards <= self.budget else { return nil }
        if shape.pods.count == 1 { return self.place(for: shape.pods[0]).map { [$0] } }
        guard let affinity = shape.affinity else { return self.place(for: shape) { _ in true } }
        for domain in Set(affinity.compactMap { $0 }).sorted() {
            if let holdings = self.place(for: shape, where: { affinity[$0] == domain }) { return holdings }
        }
        return nil
    }

    /// Whether one of the job's pods fits on one of these nodes.
    func hasRoom(for shape: Shape, onAnyOf holdings: [Holding]) -> Bool {
        holdings.contains { holding in
            shape.pods.contains { $0.isAllowed[holding.node] && self.portion(for: $0, on: holding.node) != nil }
        }
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
            pool.take(holding)
            if let domain = shape.antiAffinity?[holding.node] { used.insert(domain) }
            holdings.append(holding)
        }
        return holdings
    }

    private func place(for pod: Shape.Pod, where isAllowed: (Int) -> Bool = { _ in true }) -> Holding? {
        var best: Int?
        for node in pod.nodes where isAllowed(node) {
            if let best, self.whole[best] <= self.whole[node] { continue }
            // A fast path: most pods take whole cards, and every node is checked.
            let hasRoom =
                pod.share == nil ? pod.gpus <= max(0, self.whole[node]) : self.portion(for: pod, on: node) != nil
            if hasRoom { best = node }
        }
        guard let best, let portion = self.portion(for: pod, on: best) else { return nil }
        return Holding(node: best, portion: portion, pod: pod.index)
    }

    /// What a pod takes on a node; nil when it does not fit.
    private func portion(for pod: Shape.Pod, on node: Int) -> NodePortion? {
        guard let need = pod.share.flatMap(self.limits[node].need) else {
            return pod.gpus <= max(0, self.whole[node]) ? NodePortion(whole: pod.gpus) : nil
        }
        let portion = self.portion(gpus: pod.gpus, need: need, on: node)
        let opened = portion.cards.count { !self.isShared($0, on: node) }
        guard need.memory <= self.limits[node].memory, opened <= max(0, min(self.whole[node], self.budget)) else {
            return nil
        }
        return portion
    }

    /// What a pod with a share takes on a node, whether it fits or not.
    private func portion(gpus: Int, need: CardLimits.Need, on node: Int) -> NodePortion {
        let open = self.shared[node]?.withRoom(for: need, count: gpus) ?? []
        return NodePortion(whole: 0, cards: open + (self.nextCard..<self.nextCard + gpus - open.count), need: need)
    }

    /// What a job's pods hold at their places, whether they fit or not. Pods on other nodes hold nothing here.
    func holdings(of placement: Placement, nodes: [String: Int]) -> [Holding] {
        var pool = self
        var holdings: [Holding] = []
        for (index, pod) in placement.pods.enumerated() {
            guard let node = nodes[pod.node] else { continue }
            let need = pod.share.flatMap(self.limits[node].need)
            let portion =
                need.map { pool.portion(gpus: pod.gpus, need: $0, on: node) } ?? NodePortion(whole: pod.gpus)
            let holding = Holding(node: node, portion: portion, pod: index)
            pool.take(holding)
            holdings.append(holding)
        }
        return holdings
    }
}
