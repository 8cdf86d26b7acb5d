/// What the dispatcher reads of one pod.
struct PodFacts: Sendable, Hashable {
    var name: String
    /// The name of its job.
    var jobName: String
    var node: String?
    /// GPUs it asks for.
    var gpus: Int
    /// Whether all its containers have ended: its GPUs are free.
    var isEnded: Bool
    /// Whether it ended badly.
    var isFailed: Bool
    /// Whether its images are being pulled or its containers created.
    var isStarting: Bool
    /// The pod's own reason for its end, as `Evicted` or `NodeLost`.
    var reason: String?
    /// Whether Kubernetes itself took the pod away (condition `DisruptionTarget`).
    var isDisrupted: Bool
    /// The containers that ended badly, init containers first.
    var failures: [ContainerFailure]

    struct ContainerFailure: Sendable, Hashable {
        var isInit: Bool
        var exitCode: Int
        /// `Error`, `OOMKilled`, `ContainerCannotRun`, …
        var reason: String?
        /// What the container wrote to its termination log; the reporter writes JSON.
        var message: String?
    }
}
