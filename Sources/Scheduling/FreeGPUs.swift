/// GPUs free on each node, and whether a job's pods have a place on them.
struct FreeGPUs: Sendable {
    /// May be negative on a node that shrank below what it holds.
    private(set) var perNode: [String: Int]

    init(_ nodes: [NodeCapacity]) {
        self.perNode = Dictionary(
            nodes.map { ($0.name, $0.gpus - $0.foreignGPUs) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    var total: Int { self.perNode.values.reduce(0) { $0 + max(0, $1) } }

    /// A place for every pod, or nil. Takes nothing.
    ///
    /// Largest pod first, each on the node that it fills best: small holes are used before large ones are broken.
    func placement(of demand: Demand) -> Placement? {
        var free = self.perNode
        var used: Set<String> = []
        var pods: [Placement.Pod] = []
        for pod in demand.pods.sorted(by: { $0.gpus > $1.gpus }) {
            let candidates = free.filter { name, available in
                available >= pod.gpus && !(demand.podAntiAffinity != nil && used.contains(name))
            }
            guard let best = candidates.min(by: { ($0.value, $0.key) < ($1.value, $1.key) }) else { return nil }
            free[best.key] = best.value - pod.gpus
            used.insert(best.key)
            pods.append(Placement.Pod(node: best.key, gpus: pod.gpus, share: pod.share))
        }
        return Placement(pods)
    }

    mutating func take(_ placement: Placement) {
        for pod in placement.pods { self.perNode[pod.node, default: 0] -= pod.gpus }
    }
}
