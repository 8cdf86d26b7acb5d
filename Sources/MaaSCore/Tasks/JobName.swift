/// The name of the job that runs one attempt of a task: `<prefix>-<task id>-<attempt>`.
///
/// A deterministic name makes Kubernetes enforce at most one job per attempt. The training operator derives Service
/// names from it, which limits it to 53 characters (training-operator issues 1101 and 1745).
package enum JobName {
    package static let maximumLength = 53

    /// The longest prefix that leaves room for the task id and a three-digit attempt.
    package static let maximumPrefixLength = maximumLength - 1 - TaskID.length - 1 - 3

    package static func make(prefix: String, task: TaskID, attempt: Int) -> String { "\(prefix)-\(task)-\(attempt)" }
}
