internal import MaaSCore

/// The failures that the dispatcher itself finds, without a pod's report.
extension TaskFailure {
    static let outputMissing = TaskFailure(
        code: "OUTPUT_MISSING",
        message: "The generation finished without an error but produced no video."
    )
    static let jobLost = TaskFailure(
        code: "JOB_LOST",
        message: "The job was removed while it ran.",
        isRetryable: true
    )
    static let notStarted = TaskFailure(
        code: "NOT_STARTED",
        message: "The cluster did not start the job.",
        isRetryable: true
    )
    static let quotaExceeded = TaskFailure(
        code: "CLUSTER_QUOTA",
        message: "The quota for jobs in the cluster was used up.",
        isRetryable: true
    )
    static let deadlineExceeded = TaskFailure(
        code: "DEADLINE",
        message: "The generation exceeded its time limit and was stopped."
    )
    static let preempted = TaskFailure(
        code: "PREEMPTED",
        message: "It made room for a more urgent task and will restart automatically.",
        isRetryable: true
    )
}
