/// A refusal that the cluster is sure of.
enum KubernetesRefusal: Error, Sendable {
    case alreadyExists
    /// 500 "failed calling webhook".
    case webhookDown
    /// 403 "exceeded quota".
    case quotaExceeded
    /// 422: it will never take this job.
    case invalid
}
