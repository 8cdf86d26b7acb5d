internal import Dispatching

/// A dispatcher's request to create a job.
struct JobRequest: Sendable {
    let name: String
    let attempt: AttemptID
    /// Of the requesting dispatcher.
    let epoch: Int
    let gpusPerPod: [Int]
    let spreadsPods: Bool
    let script: AttemptScript
    let duration: Duration
}
