/// What becomes of one pod that waits for a node.
enum SchedulingDecision: Sendable, Hashable {
    /// It goes to a node and gets these GPUs of it.
    case bind(pod: ResourceKey, node: String, gpus: [Int])
    /// It stays where it is, for this reason.
    case unschedulable(pod: ResourceKey, message: String)
}
