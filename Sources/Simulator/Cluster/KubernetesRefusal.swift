/// A definite rejection by the cluster.
enum KubernetesRefusal: Error, Sendable {
    case alreadyExists
    /// 500 "failed calling webhook".
    case webhookDown
    /// 403 "exceeded quota".
    case quotaExceeded
    /// 422: permanent.
    case invalid
}
