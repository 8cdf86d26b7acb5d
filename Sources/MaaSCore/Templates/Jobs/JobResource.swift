/// The kinds of objects that templates create and the dispatcher watches.
package enum JobResource: Sendable, Hashable, CaseIterable {
    /// `kubeflow.org/v1` PyTorchJob.
    case pyTorchJob
    /// `batch/v1` Job.
    case batchJob
}
