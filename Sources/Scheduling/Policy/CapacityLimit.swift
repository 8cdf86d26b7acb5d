/// Configured limits of the GPUs in use; nil for all that the nodes offer.
package struct CapacityLimit: Sendable, Hashable {
    /// Of the whole cluster.
    package var gpus: Int?
    /// Of each node not named in ``gpusOfNode``.
    package var gpusPerNode: Int?
    package var gpusOfNode: [String: Int]

    package init(gpus: Int? = nil, gpusPerNode: Int? = nil, gpusOfNode: [String: Int] = [:]) {
        self.gpus = gpus
        self.gpusPerNode = gpusPerNode
        self.gpusOfNode = gpusOfNode
    }
}
