/// Pods of a job that are alike, and what each asks of the cluster.
package struct JobReplica: Sendable, Hashable {
    /// The key in the job: `Master`, `Worker`.
    package var role: String
    package var count: Int
    package var gpusPerPod: Int

    package init(role: String, count: Int, gpusPerPod: Int) {
        self.role = role
        self.count = count
        self.gpusPerPod = gpusPerPod
    }

    /// GPUs of all these pods together.
    package var gpus: Int { count * gpusPerPod }
}
