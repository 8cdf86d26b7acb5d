internal import KubernetesClient
internal import Scheduling

extension NodeCapacity {
    /// The capacity of a node; nil when it accepts no pods now.
    ///
    /// Under HAMi the allocatable count is of shares, and the cards are in an annotation.
    /// - Parameter foreignGPUs: cards held by foreign pods there.
    init?(_ node: Node, foreignGPUs: Int) {
        guard node.isReady, !node.isUnschedulable else { return nil }
        self.init(
            name: node.metadata.name,
            gpus: node.devices?.count ?? node.gpus,
            foreignGPUs: foreignGPUs,
            memoryPerGPU: node.devices?.map(\.memory).min(),
            sharesPerGPU: node.devices?.map(\.shares).min() ?? 1,
            labels: node.metadata.labels,
            taints: node.taints.compactMap { taint in
                Taint.Effect(rawValue: taint.effect).map {
                    Taint(key: taint.key, value: taint.value ?? "", effect: $0)
                }
            }
        )
    }
}

extension GPUShare {
    init(_ share: Pod.Share) {
        self.init(
            memory: share.memory.map(Memory.mebibytes) ?? .percent(share.memoryPercent ?? 100),
            cores: share.cores
        )
    }
}
