package import Scheduling

/// The dispatcher's view of one pod.
package struct PodFacts: Sendable, Hashable {
    package var name: String
    /// The name of its job.
    package var jobName: String
    package var node: String?
    /// GPUs that it requests.
    package var gpus: Int
    /// The share of each of these GPUs that it takes; nil for whole GPUs.
    package var share: GPUShare?
    /// Whether all its containers have ended, so that its GPUs are free.
    package var isEnded: Bool
    /// Whether it failed.
    package var isFailed: Bool
    /// Whether no container of it has run, apart from init containers.
    package var isPending: Bool
    /// What keeps it from running.
    package var trouble: PodTrouble?
    /// The pod's own reason for its end, such as `Evicted` or `NodeLost`.
    package var reason: String?
    /// Whether Kubernetes itself took the pod away (condition `DisruptionTarget`).
    package var isDisrupted: Bool
    /// The containers that failed, init containers first.
    package var failures: [ContainerFailure]
    /// What its containers wrote to their termination logs, whether they succeeded or were killed after that.
    package var reports: [String]

    package init(
        name: String,
        jobName: String,
        node: String?,
        gpus: Int,
        share: GPUShare? = nil,
        isEnded: Bool,
        isFailed: Bool,
        isPending: Bool,
        trouble: PodTrouble? = nil,
        reason: String? = nil,
        isDisrupted: Bool = false,
        failures: [ContainerFailure] = [],
        reports: [String] = []
    ) {
        self.name = name
        self.jobName = jobName
        self.node = node
        self.gpus = gpus
        self.share = share
        self.isEnded = isEnded
        self.isFailed = isFailed
        self.isPending = isPending
        self.trouble = trouble
        self.reason = reason
        self.isDisrupted = isDisrupted
        self.failures = failures
        self.reports = reports
    }

    /// Whether its images are being pulled or its containers created.
    var isStarting: Bool { self.isPending && self.node != nil }

    /// How a container failed.
    package struct ContainerFailure: Sendable, Hashable {
        package var isInit: Bool
        package var exitCode: Int
        /// `Error`, `OOMKilled`, `ContainerCannotRun`, …
        package var reason: String?
        /// What the container wrote to its termination log; the reporter writes JSON.
        package var message: String?

        package init(isInit: Bool, exitCode: Int, reason: String? = nil, message: String? = nil) {
            self.isInit = isInit
            self.exitCode = exitCode
            self.reason = reason
            self.message = message
        }
    }
}
