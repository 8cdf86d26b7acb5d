/// Why a queued task waits: a machine-readable reason, with a sentence for people.
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
    /// An operator has paused everything, its class, its template or its user.
    case paused
    /// No node could hold one of its pods, as the cluster is now.
    case noNodeFits = "no_node_fits"
    /// Its last attempt failed through no fault of its own; the next one is delayed.
    case backingOff = "backing_off"
    /// The cluster accepts no further job: the namespace's quota is used up.
    case clusterQuota = "cluster_quota"
    /// The state of the cluster is unknown, because the API server does not answer.
    case clusterUnavailable = "cluster_unavailable"

    package var sentence: String {
        switch self {
        case .gpusBusy: "Waiting for GPUs to become free."
        case .behindOthers: "Waiting for the tasks ahead."
        case .reservedForLarger: "GPUs are being gathered for a larger task ahead."
        case .userLimit: "You have reached your limit of tasks running at once."
        case .templateLimit: "This template has reached its limit of tasks running at once."
        case .paused: "Paused by an operator."
        case .noNodeFits: "No node of the cluster has enough GPUs for this task."
        case .backingOff: "The last attempt failed for a technical reason; trying again soon."
        case .clusterQuota: "The quota for jobs in the cluster is used up; trying again soon."
        case .clusterUnavailable: "The cluster cannot be reached at the moment."
        }
    }
}
