/// GPUs free on each node, and whether a job's pods have a place on them.
struct FreeGPUs: Sendable {
    /// May be negative on a node that shrank below what it holds.
    private(set) var perNode: [String: Int]

    init(_ nodes: [NodeCapacity]) {
        self.perNode = Dictionary(nodes.map { ($0.name, $0.gpus) }, uniquingKeysWith: { first, _ in first })
    }

    var total: Int { self.perNode.values.reduce(0) { $0 + max(0, $1) } }

    /// A place for every pod, or nil. Takes nothing.
    ///
    /// Largest pod first, each on the node that it fills best: small holes are used before large ones are broken.
    func placement(of demand: Demand) -> Placement? {
        var free = self.perNode
        var used: [String: Int] = [:]
        for gpus in demand.gpusPerPod.sorted(by: >) {
            let candidates = free.filter { name, available in
                available >= gpus && !(demand.spreadsPods && used[name] != nil)
            }
            guard let best = candidates.min(by: { ($0.value, $0.key) < ($1.value, $1.key) }) else { return nil }
            free[best.key] = best.value - gpus
            used[best.key, default: 0] += gpus
        }
        return Placement(gpusPerNode: used)
    }

    mutating func take(_ placement: Placement) {
        for (node, gpus) in placement.gpusPerNode { self.perNode[node, default: 0] -= gpus }
    }

    mutating func give(_ placement: Placement) {
        for (node, gpus) in placement.gpusPerNode { self.perNode[node, default: 0] += gpus }
    }
}
