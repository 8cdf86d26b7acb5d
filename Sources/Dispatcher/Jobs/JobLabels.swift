internal import Dispatching
internal import MaaSCore

/// The labels that identify our jobs and pods (docs/architecture.md).
enum JobLabels {
    static let task = "maas.dev/task"
    static let attempt = "maas.dev/attempt"
    /// Set by the training operator on every pod (training-operator 1.9).
    static let jobName = "training.kubeflow.org/job-name"
    /// Set by Kubernetes on the pods of a `batch/v1` Job.
    static let batchJobName = "batch.kubernetes.io/job-name"
    /// An annotation: the digest of the request, which tells whether a job of the same name is the same job.
    static let taskDigest = "maas.dev/task-digest"
    /// An annotation: the task's span, as W3C `traceparent`.
    static let traceparent = "maas.dev/traceparent"
    static let selector = "app.kubernetes.io/managed-by=maas"

    /// The attempt that an object belongs to; nil when its labels are not ours.
    static func attempt(of labels: [String: String]) -> AttemptID? {
        guard let task = labels[Self.task].flatMap(TaskID.init), let number = labels[Self.attempt].flatMap(Int.init),
            number > 0
        else { return nil }
        return AttemptID(task: task, number: number)
    }
}
