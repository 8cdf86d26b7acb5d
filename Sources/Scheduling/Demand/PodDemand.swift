/// What one pod asks of a node.
package struct PodDemand: Sendable, Hashable {
    /// Cards (`nvidia.com/gpu`).
    package var gpus: Int
    /// The part it takes of each card; nil for all of it.
    package var share: GPUShare?
    /// Node labels that must have these values (`nodeSelector`).
    package var nodeSelector: [String: String]
    /// Required node affinity: one of the terms must hold; none asks for nothing.
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
