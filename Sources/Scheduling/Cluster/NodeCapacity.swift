/// A node that accepts jobs: ready and schedulable. The caller omits others.
package struct NodeCapacity: Sendable, Hashable {
    /// The label with the node's own name, set by every kubelet.
    package static let hostnameLabel = "kubernetes.io/hostname"

    package var name: String
    /// Cards it offers to pods: physical, healthy, not cordoned.
    package var gpus: Int
    /// Cards of these held by foreign pods.
    package var foreignGPUs: Int
    /// Memory of its smallest card in MiB; nil when unknown, which rules out shares in MiB.
    package var memoryPerGPU: Int?
    /// How many pods may share a card: HAMi's `deviceSplitCount`; 1 without sharing.
    package var sharesPerGPU: Int
    package var labels: [String: String]
    package var taints: [Taint]

    package init(
        name: String,
        gpus: Int,
        foreignGPUs: Int = 0,
        memoryPerGPU: Int? = nil,
        sharesPerGPU: Int = 10,
        labels: [String: String] = [:],
        taints: [Taint] = []
    ) {
        self.name = name
        self.gpus = gpus
        self.foreignGPUs = foreignGPUs
        self.memoryPerGPU = memoryPerGPU
        self.sharesPerGPU = sharesPerGPU
        self.labels = labels.merging([Self.hostnameLabel: name]) { given, _ in given }
        self.taints = taints
    }
}
