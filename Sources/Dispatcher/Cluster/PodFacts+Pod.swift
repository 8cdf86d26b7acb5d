internal import Dispatching
internal import KubernetesClient
internal import Scheduling

extension PodFacts {
    init(_ pod: Pod) {
        self.init(
            name: pod.metadata.name,
            jobName: pod.metadata.labels[JobLabels.jobName] ?? pod.metadata.labels[JobLabels.batchJobName] ?? "",
            node: pod.nodeName,
            gpus: pod.gpus,
            share: pod.share.map(GPUShare.init),
            isEnded: pod.isEnded,
            isFailed: pod.phase == .failed,
            isPending: pod.phase == .pending,
            trouble: Self.trouble(of: pod),
            reason: pod.reason,
            isDisrupted: pod.isDisrupted,
            failures: Self.failures(in: pod.initContainers, isInit: true)
                + Self.failures(in: pod.containers, isInit: false),
            reports: pod.containers.compactMap(\.termination?.message)
        )
    }

    private static func trouble(of pod: Pod) -> PodTrouble? {
        guard pod.phase == .pending else { return nil }
        if pod.metadata.deletedAt != nil || pod.isDisrupted { return .stranded }
        // A scheduler that is down says nothing.
        if pod.nodeName == nil { return .unplaced }
        return (pod.initContainers + pod.containers).lazy.compactMap(\.waitingReason).compactMap(
            PodTrouble.init(waitingReason:)
        ).first
    }

    private static func failures(in containers: [ContainerStatus], isInit: Bool) -> [ContainerFailure] {
        containers.compactMap(\.termination).filter { $0.exitCode != 0 }.map {
            ContainerFailure(isInit: isInit, exitCode: $0.exitCode, reason: $0.reason, message: $0.message)
        }
    }
}
