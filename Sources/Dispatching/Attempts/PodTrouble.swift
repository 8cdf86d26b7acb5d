internal import MaaSCore

/// What keeps a pod from running.
package enum PodTrouble: Sendable, Hashable {
    /// No node accepts it.
    case unplaced
    /// It is being taken away, which ends only when its node is back: the node was lost before the pod ran.
    case stranded
    /// An image cannot be pulled, for the kubelet's reason: `ImagePullBackOff`, `InvalidImageName`, …
    case image(reason: String)
    /// A container cannot be created, for the kubelet's reason: `CreateContainerConfigError`, …
    case container(reason: String)

    /// Maps a container's waiting reason; nil for one that passes by itself, such as `ContainerCreating`.
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

    /// Whether waiting is pointless.
    var isHopeless: Bool { self == .image(reason: "InvalidImageName") || self == .image(reason: "ErrImageNeverPull") }

    /// The failure of an attempt that is given up for this.
    var failure: TaskFailure {
        switch self {
        case .unplaced:
            TaskFailure(.notPlaced, message: "No machine was found for the task in time.", isRetryable: true)
        case .stranded:
            TaskFailure(
                .nodeLost,
                message: "The machine it was to run on became unavailable.",
                isRetryable: true
            )
        case .image(let reason):
            TaskFailure(
                .imagePullFailed,
                message: "The program that makes the video could not be fetched (\(reason)).",
                isRetryable: !self.isHopeless
            )
        case .container(let reason):
            TaskFailure(
                .containerCannotRun,
                message: "The program that makes the video could not be started (\(reason)).",
                isRetryable: true
            )
        }
    }
}
