/// What jobs with the same request have in common: if one of them does not fit, none does.
struct Shape: Sendable {
    struct Key: Sendable, Hashable {
        var template: Int
        var demand: Demand
    }

    /// A pod, and the nodes it may run on.
    struct Pod: Sendable {
        /// Index in the demand.
        var index: Int
        var gpus: Int
        var share: GPUShare?
        /// Indices of the nodes whose labels and taints allow it.
        var nodes: [Int]
        /// The same as a flag for each node.
        var isAllowed: [Bool]
    }

    let key: Key
    /// GPUs that it is charged for; a share counts as a fraction of a card.
    private(set) var cost: Double
    /// Cards that it uses, whole or shared.
    let cards: Int
    /// Cards that it uses whole.
    let wholeCards: Int
    /// Largest first: what is hard to place goes first.
    private(set) var pods: [Pod]
    /// The topology domain of each node; nil for a node without the label.
    private(set) var antiAffinity: [Int?]?
    private(set) var affinity: [Int?]?

    init(_ key: Key, nodes: [NodeCapacity], limits: CardLimits) {
        let demand = key.demand
        self.key = key
        self.cost = demand.pods.reduce(0) { $0 + Double($1.gpus) * ($1.share.map(limits.part) ?? 1) }
        self.cards = demand.gpus
        self.wholeCards = demand.pods.reduce(0) { $0 + ($1.share == nil ? $1.gpus : 0) }
        var allowed: [PodDemand: [Bool]] = [:]
        self.pods = demand.pods.indices.sorted { demand.pods[$0].gpus > demand.pods[$1].gpus }.map { index in
            let pod = demand.pods[index]
            let isAllowed = allowed[pod] ?? nodes.map { $0.allows(pod) }
            allowed[pod] = isAllowed
            return Pod(
                index: index,
                gpus: pod.gpus,
                share: pod.share,
                nodes: nodes.indices.filter { isAllowed[$0] },
                isAllowed: isAllowed
            )
        }
        let isAlone = demand.pods.count < 2
        self.antiAffinity = isAlone ? nil : demand.podAntiAffinity.map { Self.domains(of: $0, nodes) }
        self.affinity = isAlone ? nil : demand.podAffinity.map { Self.domains(of: $0, nodes) }
    }

    private static func domains(of label: String, _ nodes: [NodeCapacity]) -> [Int?] {
        var domains: [String: Int] = [:]
        return nodes.map { node in
            guard let value = node.labels[label] else { return nil }
            let domain = domains[value] ?? domains.count
            domains[value] = domain
            return domain
        }
    }
}

extension NodeCapacity {
    /// Whether labels and taints allow the pod, whatever is free.
    func allows(_ pod: PodDemand) -> Bool {
        pod.nodeSelector.allSatisfy { self.labels[$0.key] == $0.value }
            && (pod.nodeAffinity.isEmpty || pod.nodeAffinity.contains { $0.matches(self.labels) })
            && self.taints.allSatisfy { taint in
                taint.effect == .preferNoSchedule || pod.tolerations.contains { $0.tolerates(taint) }
            }
    }
}
