/// One pod's requests to a node.
package struct PodDemand: Sendable, Hashable {
    /// Cards (`nvidia.com/gpu`).
    package var gpus: Int
    /// Its share of each card; nil for whole cards.
    package var share: GPUShare?
    /// Node labels that must have these values (`nodeSelector`).
    package var nodeSelector: [String: String]
    /// Required node affinity: one of the terms must match; empty matches every node.
    package var nodeAffinity: [NodeSelectorTerm]
    package var tolerations: [Toleration]

    package init(
        gpus: Int,
        share: GPUShare? = nil,
        nodeSelector: [String: String] = [:],
        nodeAffinity: [NodeSelectorTerm] = [],
        tolerations: [Toleration] = []
    ) {
        self.gpus = gpus
        self.share = share
        self.nodeSelector = nodeSelector
        self.nodeAffinity = nodeAffinity
        self.tolerations = tolerations
    }
}
