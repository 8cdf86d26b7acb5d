/// Pods of a job that are alike, and what each asks of the cluster.
package struct JobReplica: Sendable, Hashable {
    /// The key in the job: `Master`, `Worker`.
    package var role: String
    package var count: Int
    package var gpusPerPod: Int
    /// The rendered `PodSpec`: on which nodes they may be, and which part of a card they take.
    package var podSpec: JSONValue

    package init(role: String, count: Int, gpusPerPod: Int, podSpec: JSONValue = .null) {
        self.role = role
        self.count = count
        self.gpusPerPod = gpusPerPod
        self.podSpec = podSpec
    }

    /// GPUs of all these pods together.
    package var gpus: Int { self.count * self.gpusPerPod }
}
