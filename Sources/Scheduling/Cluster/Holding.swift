/// What one pod of a job holds, or is planned to hold, on a node.
struct Holding: Sendable, Hashable {
    /// Index of the node.
    var node: Int
    var portion: NodePortion
    /// Index of the pod in the job's demand.
    var pod: Int
}
