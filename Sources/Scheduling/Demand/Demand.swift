/// A job's requests to the cluster, read from the rendered job.
package struct Demand: Sendable, Hashable {
    /// In the order of the replicas: the master first.
    package var pods: [PodDemand]
    /// Required anti-affinity between the job's pods: the node label (topology key) whose values must all differ. Nodes
    /// without the label accept none of them.
    package var podAntiAffinity: String?
    /// Required affinity between the job's pods: the node label whose value must be the same for all.
    package var podAffinity: String?

    package init(pods: [PodDemand], podAntiAffinity: String? = nil, podAffinity: String? = nil) {
        self.pods = pods
        self.podAntiAffinity = podAntiAffinity
        self.podAffinity = podAffinity
    }

    /// Pods that request whole GPUs on any node.
    package init(gpusPerPod: [Int], spreadsPods: Bool = false) {
        self.init(
            pods: gpusPerPod.map { PodDemand(gpus: $0) },
            podAntiAffinity: spreadsPods ? NodeCapacity.hostnameLabel : nil
        )
    }

    /// Cards it uses: replicas × GPUs. A share counts as a card.
    package var gpus: Int { self.pods.reduce(0) { $0 + $1.gpus } }
}
