internal import MaaSCore

/// The state of one container of a pod.
enum ContainerState: Sendable, Hashable {
    /// Not started, for one of kubelet's reasons: `ContainerCreating`, `ImagePullBackOff`.
    case waiting(reason: String, message: String?)
    case running(since: Timestamp)
    case ended(ContainerEnd)

    var isEnded: Bool { if case .ended = self { true } else { false } }
    var isRunning: Bool { if case .running = self { true } else { false } }
    var end: ContainerEnd? { if case .ended(let end) = self { end } else { nil } }

    /// The `state` member of a container status.
    var document: JSONValue {
        switch self {
        case .waiting(let reason, let message):
            var waiting: JSONValue = ["reason": .string(reason)]
            if let message { waiting["message"] = .string(message) }
            return ["waiting": waiting]
        case .running(let since):
            return ["running": ["startedAt": .string(since.kubernetesTime)]]
        case .ended(let end):
            return ["terminated": end.document]
        }
    }
}
