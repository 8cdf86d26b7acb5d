internal import Dispatching
internal import MaaSCore

/// The labels by which our jobs and their pods are known (docs/architecture.md).
enum JobLabels {
    static let task = "maas.dev/task"
    static let attempt = "maas.dev/attempt"
    /// Set by the training operator on every pod (training-operator 1.9).
    static let jobName = "training.kubeflow.org/job-name"
    /// Set by Kubernetes on the pods of a `batch/v1` Job.
    static let batchJobName = "batch.kubernetes.io/job-name"
    /// An annotation: the digest of what was asked for, so that a job of the same name is known to be the same.
    static let taskDigest = "maas.dev/task-digest"
    /// An annotation: the span that the task is part of, as W3C's `traceparent`.
    static let traceparent = "maas.dev/traceparent"
    static let selector = "app.kubernetes.io/managed-by=maas"

    /// Whose attempt an object belongs to; nil when its labels say nothing we understand.
    static func attempt(of labels: [String: String]) -> AttemptID? {
        guard let task = labels[Self.task].flatMap(TaskID.init), let number = labels[Self.attempt].flatMap(Int.init),
            number > 0
        else { return nil }
        return AttemptID(task: task, number: number)
    }
}
