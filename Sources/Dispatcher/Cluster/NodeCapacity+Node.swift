internal import KubernetesClient
internal import Scheduling

extension NodeCapacity {
    /// The capacity of a node; nil when it accepts no pods now.
    ///
    /// Under HAMi the allocatable count is of shares, and the cards are in an annotation. The annotation stays when the
    /// device plugin is gone and the kubelet accepts no more pods, so both count.
    /// - Parameter foreignGPUs: cards held by foreign pods there.
    init?(_ node: Node, foreignGPUs: Int) {
        guard node.isReady, !node.isUnschedulable else { return nil }
        let shares = max(1, node.devices?.map(\.shares).min() ?? 1)
        self.init(
            name: node.metadata.name,
            gpus: min(node.devices?.count ?? .max, (node.gpus + shares - 1) / shares),
            foreignGPUs: foreignGPUs,
            memoryPerGPU: node.devices?.map(\.memory).min(),
            sharesPerGPU: shares,
            labels: node.metadata.labels,
            taints: node.taints.compactMap { taint in
                Taint.Effect(rawValue: taint.effect).map {
                    Taint(key: taint.key, value: taint.value ?? "", effect: $0)
                }
            }
        )
    }
}
