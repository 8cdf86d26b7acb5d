internal import MaaSCore

/// Derives the cause of an attempt's failure from its pods.
enum FailureClassifier {
    /// Reasons for which the cluster, not the program, ended a pod (Kubernetes, PodFailurePolicy and kubelet reasons).
    private static let clusterReasons: Set<String> = [
        "Evicted", "NodeLost", "NodeShutdown", "Shutdown", "Terminated", "Preempting", "UnexpectedAdmissionError",
        "NodeAffinity",
    ]

    static func classify(_ pods: some Collection<PodFacts>) -> TaskFailure {
        let failed = pods.filter(\.isFailed).sorted { $0.name < $1.name }
        if let pod = failed.first(where: { $0.isDisrupted || Self.clusterReasons.contains($0.reason ?? "") }) {
            return TaskFailure(
                .nodeLost,
                message: "The machine it ran on became unavailable (\(pod.reason ?? "disrupted")).",
                isRetryable: true
            )
        }
        let failures = failed.flatMap(\.failures)
        let reports = failures.compactMap(Self.reported)
        if let report = reports.first(where: { !$0.isEcho }) ?? reports.first { return report }
        guard let failure = failures.first else {
            return TaskFailure(.podFailed, message: "The job failed without saying why.", isRetryable: true)
        }
        return Self.classify(failure)
    }

    /// The reporter's own report in the termination log, which takes precedence.
    private static func reported(_ failure: PodFacts.ContainerFailure) -> TaskFailure? {
        guard let message = failure.message, let report = try? JSONValue(parsing: message.utf8),
            let code = report["code"]?.string, let sentence = report["message"]?.string
        else { return nil }
        return TaskFailure(
            code: code,
            message: sentence,
            isRetryable: report["retryable"]?.bool ?? false,
            exitCode: failure.exitCode
        ).storable
    }

    private static func classify(_ failure: PodFacts.ContainerFailure) -> TaskFailure {
        switch (failure.reason, failure.exitCode, failure.isInit) {
        case ("OOMKilled", _, _):
            // Its limit's or the whole node's: since Kubernetes 1.28 the kernel ends all of a container for either.
            TaskFailure(
                .hostOutOfMemoryOrKilled,
                message: "The generation ran out of memory.",
                isRetryable: true,
                exitCode: failure.exitCode
            )
        case (_, _, true):
            // Not the input: `reporter fetch` leaves its own report.
            TaskFailure(
                .containerCannotRun,
                message: "A container that prepares the pod ended with exit status \(failure.exitCode).",
                isRetryable: true,
                exitCode: failure.exitCode
            )
        case ("ContainerCannotRun", _, _), ("StartError", _, _), (_, 126..., _):
            // 126 and 127: the command could not be started; above 128: a signal from outside.
            TaskFailure(
                failure.exitCode > 128 ? .hostOutOfMemoryOrKilled : .containerCannotRun,
                message: "The generation was stopped from outside (exit status \(failure.exitCode)).",
                isRetryable: true,
                exitCode: failure.exitCode
            )
        default:
            TaskFailure(
                .generatorFailed,
                message: "The generation ended with exit status \(failure.exitCode).",
                exitCode: failure.exitCode
            )
        }
    }
}
