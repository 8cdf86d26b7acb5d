/// Pods of a job that are alike, and what each asks of the cluster.
package struct JobReplica: Sendable, Hashable {
    /// The key in the job: `Master`, `Worker`.
    package var role: String
    package var count: Int
    package var gpusPerPod: Int
    /// Whether they refuse to share a node with each other: a required anti-affinity by host name.
    package var isSpread: Bool

    package init(role: String, count: Int, gpusPerPod: Int, isSpread: Bool = false) {
        self.role = role
        self.count = count
        self.gpusPerPod = gpusPerPod
        self.isSpread = isSpread
    }

    /// GPUs of all these pods together.
    package var gpus: Int { count * gpusPerPod }
}
