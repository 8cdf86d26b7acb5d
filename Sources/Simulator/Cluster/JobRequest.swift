internal import Dispatching

/// What a dispatcher asks the cluster to create.
struct JobRequest: Sendable {
    let name: String
    let attempt: AttemptID
    /// Of the dispatcher that asks.
    let epoch: Int
    let gpusPerPod: [Int]
    let spreadsPods: Bool
    let script: AttemptScript
    let duration: Duration
}
