/// What a job asks of the cluster, read from the rendered job: pods, and GPUs for each.
package struct Demand: Sendable, Hashable {
    /// GPUs of each pod, in the order of the replicas.
    package var gpusPerPod: [Int]
    /// Whether no two pods of the job may share a node (required pod anti-affinity).
    package var spreadsPods: Bool

    package init(gpusPerPod: [Int], spreadsPods: Bool = false) {
        self.gpusPerPod = gpusPerPod
        self.spreadsPods = spreadsPods
    }

    /// What it costs: replicas × GPUs.
    package var gpus: Int { self.gpusPerPod.reduce(0, +) }
}
