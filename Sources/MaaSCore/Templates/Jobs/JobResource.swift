/// The kinds of objects that templates make, and the dispatcher follows.
package enum JobResource: Sendable, Hashable, CaseIterable {
    /// `kubeflow.org/v1` PyTorchJob.
    case pyTorchJob
    /// `batch/v1` Job.
    case batchJob
}
