internal import Dispatching

/// A pod, from its creation until its object is gone.
final class SimulatedPod {
    enum Phase: Sendable { case pending, starting, running, succeeded, failed }

    let name: String
    let gpus: Int
    unowned let job: SimulatedJob
    var phase = Phase.pending
    var node: String?
    var isTerminating = false
    var isGone = false
    var reason: String?
    var isDisrupted = false
    var exitCode: Int?

    init(_ name: String, gpus: Int, of job: SimulatedJob) {
        self.name = name
        self.gpus = gpus
        self.job = job
    }

    var isEnded: Bool { self.phase == .succeeded || self.phase == .failed }
    /// Whether it uses GPUs, or will once it is bound.
    var isLive: Bool { !self.isEnded && !self.isGone }

    var facts: PodFacts {
        PodFacts(
            name: self.name,
            jobName: self.job.name,
            node: self.node,
            gpus: self.gpus,
            isEnded: self.isEnded,
            isFailed: self.phase == .failed,
            isPending: self.phase == .pending || self.phase == .starting,
            reason: self.reason,
            isDisrupted: self.isDisrupted,
            failures: self.exitCode.map { [PodFacts.ContainerFailure(isInit: false, exitCode: $0)] } ?? []
        )
    }
}
