/// A group of identical pods in a job, and their requirements.
package struct JobReplica: Sendable, Hashable {
    /// The key in the job: `Master`, `Worker`.
    package var role: String
    package var count: Int
    package var gpusPerPod: Int
    /// The rendered `PodSpec`: determines the possible nodes and the share of a GPU.
    package var podSpec: JSONValue

    package init(role: String, count: Int, gpusPerPod: Int, podSpec: JSONValue = .null) {
        self.role = role
        self.count = count
        self.gpusPerPod = gpusPerPod
        self.podSpec = podSpec
    }

    /// GPUs of all pods of the group.
    package var gpus: Int { self.count * self.gpusPerPod }

    /// Its pods' share of each card; nil for whole cards.
    package var share: GPURequest.Share? { GPURequest(podSpec: self.podSpec).share }
}
