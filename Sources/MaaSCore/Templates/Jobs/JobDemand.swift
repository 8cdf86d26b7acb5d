/// What a job asks of the cluster: pods, and GPUs for each of them.
package struct JobDemand: Sendable, Hashable {
    /// Pods that are alike.
    package struct Replica: Sendable, Hashable {
        /// The key in the job: `Master`, `Worker`.
        package var role: String
        package var count: Int
        package var gpusPerPod: Int

        package init(role: String, count: Int, gpusPerPod: Int) {
            self.role = role
            self.count = count
            self.gpusPerPod = gpusPerPod
        }
    }

    package var replicas: [Replica]

    package init(replicas: [Replica]) {
        self.replicas = replicas
    }

    /// GPUs of all pods together.
    package var gpus: Int { replicas.reduce(0) { $0 + $1.count * $1.gpusPerPod } }

    package var pods: Int { replicas.reduce(0) { $0 + $1.count } }
}
