/// Why a queued task waits.
package enum WaitingReason: String, Sendable, Codable, CaseIterable {
    /// The GPUs it needs are in use.
    case gpusBusy = "gpus_busy"
    /// Others are ahead of it.
    case behindOthers = "behind_others"
    /// GPUs for it are free but reserved for a larger task ahead of it.
    case reservedForLarger = "reserved_for_larger"
    /// Its user has reached the limit of running tasks or GPUs.
    case userLimit = "user_limit"
    /// Its template has reached the limit of running tasks or GPUs.
    case templateLimit = "template_limit"
    /// An operator has paused everything, its class, its template, its user or all nodes that it fits.
    case paused
    /// No node could hold one of its pods, as the cluster is now.
    case noNodeFits = "no_node_fits"
    /// Its last attempt failed through no fault of its own; the next one is delayed.
    case backingOff = "backing_off"
    /// The cluster accepts no further job: the namespace's quota is used up.
    case clusterQuota = "cluster_quota"
    /// The state of the cluster is unknown, because the API server does not answer.
    case clusterUnavailable = "cluster_unavailable"
}
