/// A node that may take jobs: ready and schedulable. Others are left out by the caller.
package struct NodeCapacity: Sendable, Hashable {
    /// The label whose value is the node itself, set by every kubelet.
    package static let hostnameLabel = "kubernetes.io/hostname"

    package var name: String
    /// Cards it offers to pods: physical, healthy, not cordoned.
    package var gpus: Int
    /// Cards of these that pods of others hold.
    package var foreignGPUs: Int
    /// Memory of its smallest card in MiB; nil when only the count is known: then cards are not divided by MiB.
    package var memoryPerGPU: Int?
    /// How many pods may share a card: HAMi's `deviceSplitCount`; 1 where cards are not shared.
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
