internal import KubernetesClient
internal import MaaSCore
internal import Scheduling

/// The latest state of the nodes, and the foreign pods that hold GPUs on them. Pure.
struct NodeBook: Sendable {
    /// The cards that a pod holds, or shares of them.
    private struct Holding: Hashable {
        let node: String
        /// Which cards, if that is known.
        let cards: Set<String>
        let gpus: Int
    }

    private var nodes: [String: Node] = [:]
    /// By the pod's uid: names of pods repeat across namespaces.
    private var foreign: [String: Holding] = [:]
    private let namespace: String

    /// - Parameter namespace: the namespace of our jobs.
    init(namespace: String) { self.namespace = namespace }

    mutating func take(_ event: ResourceEvent<Node>) {
        switch event {
        case .replaced(let nodes):
            self.nodes = Dictionary(nodes.map { ($0.metadata.name, $0) }, uniquingKeysWith: { _, last in last })
        case .changed(let node): self.nodes[node.metadata.name] = node
        case .deleted(let node): self.nodes[node.metadata.name] = nil
        }
    }

    /// Applies a change of any pods in the cluster; ours are ignored. Returns whether GPUs are held that were not, or
    /// no longer: most pods of a cluster hold none, and most changes of the others are about something else.
    @discardableResult
    mutating func take(_ event: ResourceEvent<Pod>) -> Bool {
        switch event {
        case .replaced(let pods):
            let old = self.foreign
            self.foreign = [:]
            for pod in pods { self.note(pod.metadata.uid, self.holding(of: pod)) }
            return self.foreign != old
        case .changed(let pod): return self.note(pod.metadata.uid, self.holding(of: pod))
        case .deleted(let pod): return self.note(pod.metadata.uid, nil)
        }
    }

    @discardableResult
    private mutating func note(_ uid: String, _ holding: Holding?) -> Bool {
        guard self.foreign[uid] != holding else { return false }
        self.foreign[uid] = holding
        return true
    }

    /// Nil for a pod of ours, and for one that holds no card.
    private func holding(of pod: Pod) -> Holding? {
        guard pod.gpus > 0, !pod.isEnded, let node = pod.nodeName else { return nil }
        let isOurs = pod.metadata.namespace == self.namespace && JobLabels.attempt(of: pod.metadata.labels) != nil
        return isOurs ? nil : Holding(node: node, cards: pod.cards, gpus: pod.gpus)
    }

    /// The nodes that accept pods now, sorted by name.
    var capacities: [NodeCapacity] {
        let foreign = Dictionary(grouping: self.foreign.values, by: \.node).mapValues(Self.count)
        return self.nodes.values.sorted { $0.metadata.name < $1.metadata.name }
            .compactMap { NodeCapacity($0, foreignGPUs: foreign[$0.metadata.name] ?? 0) }
    }

    /// Several pods may have shares of one card, which is taken once.
    private static func count(_ holdings: [Holding]) -> Int {
        let known = holdings.reduce(into: Set<String>()) { $0.formUnion($1.cards) }
        return holdings.reduce(known.count) { $1.cards.isEmpty ? $0 + $1.gpus : $0 }
    }
}
