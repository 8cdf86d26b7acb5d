/// Why a container cannot be started now, in kubelet's words.
struct ContainerFault: Error, Hashable {
    /// `ErrImagePull`, `CreateContainerConfigError`, `CreateContainerError`.
    let reason: String
    let message: String
}
