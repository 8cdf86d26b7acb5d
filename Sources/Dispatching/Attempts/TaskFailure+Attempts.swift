internal import MaaSCore

/// The failures that the dispatcher itself finds, without a pod's report.
extension TaskFailure {
    static let outputMissing = TaskFailure(
        .outputMissing,
        message: "The generation finished without an error but produced no video."
    )
    static let jobLost = TaskFailure(
        .jobLost,
        message: "The job was removed while it ran.",
        isRetryable: true
    )
    static let notStarted = TaskFailure(
        .notStarted,
        message: "The cluster did not start the job.",
        isRetryable: true
    )
    static let quotaExceeded = TaskFailure(
        .clusterQuota,
        message: "The quota for jobs in the cluster was used up.",
        isRetryable: true
    )
    static let deadlineExceeded = TaskFailure(
        .deadline,
        message: "The generation exceeded its time limit and was stopped."
    )
    static let preempted = TaskFailure(
        .preempted,
        message: "It made room for a more urgent task and will restart automatically.",
        isRetryable: true
    )
}
