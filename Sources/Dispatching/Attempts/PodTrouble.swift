internal import MaaSCore

/// What keeps a pod from getting to run.
package enum PodTrouble: Sendable, Hashable {
    /// No node takes it.
    case unplaced
    /// An image cannot be fetched, for the kubelet's reason: `ImagePullBackOff`, `InvalidImageName`, …
    case image(reason: String)
    /// A container cannot be made, for the kubelet's reason: `CreateContainerConfigError`, …
    case container(reason: String)

    /// From why a container waits; nil for what passes by itself, such as `ContainerCreating`.
    package init?(waitingReason reason: String) {
        switch reason {
        case "ErrImagePull", "ImagePullBackOff", "ImageInspectError", "RegistryUnavailable", "InvalidImageName",
            "ErrImageNeverPull":
            self = .image(reason: reason)
        case "CreateContainerConfigError", "CreateContainerError", "RunContainerError", "CrashLoopBackOff":
            self = .container(reason: reason)
        default: return nil
        }
    }

    /// Whether waiting does not help.
    var isHopeless: Bool { self == .image(reason: "InvalidImageName") || self == .image(reason: "ErrImageNeverPull") }

    /// What the attempt ended of, when it was not waited for any longer.
    var failure: TaskFailure {
        switch self {
        case .unplaced:
            TaskFailure(code: "NOT_PLACED", message: "No machine took the task for a long time.", isRetryable: true)
        case .image(let reason):
            TaskFailure(
                code: "IMAGE_PULL_FAILED",
                message: "The program that makes the video could not be fetched (\(reason)).",
                isRetryable: !self.isHopeless
            )
        case .container(let reason):
            TaskFailure(
                code: "CONTAINER_CANNOT_RUN",
                message: "The program that makes the video could not be started (\(reason)).",
                isRetryable: true
            )
        }
    }
}
