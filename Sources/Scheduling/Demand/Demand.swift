/// What a job asks of the cluster, read from the rendered job.
package struct Demand: Sendable, Hashable {
    /// In the order of the replicas: the master first.
    package var pods: [PodDemand]
    /// Required anti-affinity between the job's pods: the node label (topology key) of which no two pods may see the
    /// same value. Nodes without the label take none of them.
    package var podAntiAffinity: String?
    /// Required affinity between the job's pods: the node label of which all pods must see the same value.
    package var podAffinity: String?

    package init(pods: [PodDemand], podAntiAffinity: String? = nil, podAffinity: String? = nil) {
        self.pods = pods
        self.podAntiAffinity = podAntiAffinity
        self.podAffinity = podAffinity
    }

    /// Pods that take whole GPUs of any node.
    package init(gpusPerPod: [Int], spreadsPods: Bool = false) {
        self.init(
            pods: gpusPerPod.map { PodDemand(gpus: $0) },
            podAntiAffinity: spreadsPods ? NodeCapacity.hostnameLabel : nil
        )
    }

    /// Cards it touches: replicas × GPUs. A share of a card counts as a card.
    package var gpus: Int { self.pods.reduce(0) { $0 + $1.gpus } }
}
