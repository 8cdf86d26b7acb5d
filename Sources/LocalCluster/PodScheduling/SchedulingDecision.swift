/// The decision about a pod without a node.
enum SchedulingDecision: Sendable, Hashable {
    /// It is bound to a node and gets these of its GPUs.
    case bind(pod: ResourceKey, node: String, gpus: [Int])
    /// It stays unbound, for this reason.
    case unschedulable(pod: ResourceKey, message: String)
}
