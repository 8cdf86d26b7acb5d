internal import KubernetesClient
internal import MaaSCore
internal import Scheduling

/// The latest state of the nodes, and the foreign pods that hold GPUs on them. Pure.
struct NodeBook: Sendable {
    private var nodes: [String: Node] = [:]
    /// By uid: the names of pods repeat across namespaces.
    private var foreignPods: [String: Pod] = [:]
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

    /// Applies a change of any pods in the cluster; ours are ignored.
    mutating func take(_ event: ResourceEvent<Pod>) {
        switch event {
        case .replaced(let pods):
            self.foreignPods = [:]
            for pod in pods { self.note(pod) }
        case .changed(let pod): self.note(pod)
        case .deleted(let pod): self.foreignPods[pod.metadata.uid] = nil
        }
    }

    private mutating func note(_ pod: Pod) {
        let isOurs = pod.metadata.namespace == self.namespace && JobLabels.attempt(of: pod.metadata.labels) != nil
        let holdsGPUs = pod.gpus > 0 && pod.nodeName != nil && !pod.isEnded
        self.foreignPods[pod.metadata.uid] = !isOurs && holdsGPUs ? pod : nil
    }

    /// The nodes that accept pods now, sorted by name.
    var capacities: [NodeCapacity] {
        var foreign: [String: Int] = [:]
        for pod in self.foreignPods.values { foreign[pod.nodeName ?? "", default: 0] += pod.gpus }
        return self.nodes.values.sorted { $0.metadata.name < $1.metadata.name }
            .compactMap { NodeCapacity($0, foreignGPUs: foreign[$0.metadata.name] ?? 0) }
    }
}
