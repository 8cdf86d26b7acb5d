package import MaaSCore

/// A pod.
package struct Pod: KubernetesResource, Hashable {
    package static let kind = ResourceKind(root: "/api/v1", plural: "pods", isNamespaced: true)

    package enum Phase: String, Sendable, Hashable {
        case pending = "Pending"
        case running = "Running"
        case succeeded = "Succeeded"
        case failed = "Failed"
        case unknown = "Unknown"
    }

    package let metadata: ObjectMetadata
    package let phase: Phase
    /// Why the pod as a whole ended: `Evicted`, `NodeLost`, `UnexpectedAdmissionError`, …
    package let reason: String?
    package let message: String?
    package let nodeName: String?
    package let conditions: [Condition]
    package let initContainers: [ContainerStatus]
    package let containers: [ContainerStatus]
    /// Requested cards.
    package let gpus: Int
    /// Its share of each card under HAMi; nil for whole cards.
    package let share: GPURequest.Share?

    /// The UUIDs of the cards that HAMi gave it; empty without HAMi, and before that.
    package var cards: Set<String> { self.metadata.annotations[Self.cardsAnnotation].map(Self.cards) ?? [] }

    /// `uuid,type,memory,cores:` for each card of a container, `;` after each container.
    private static let cardsAnnotation = "hami.io/vgpu-devices-allocated"

    private static func cards(in annotation: String) -> Set<String> {
        Set(annotation.split { $0 == ":" || $0 == ";" }.compactMap { $0.split(separator: ",").first.map(String.init) })
    }

    package init(_ object: JSONValue) {
        self.metadata = ObjectMetadata(object)
        let status = object["status"]
        self.phase = status?["phase"]?.string.flatMap { Phase(rawValue: $0) } ?? .unknown
        self.reason = status?["reason"]?.string
        self.message = status?["message"]?.string
        self.nodeName = object["spec"]?["nodeName"]?.string
        self.conditions = Condition.all(of: object)
        self.initContainers = status?["initContainerStatuses"]?.array?.map { ContainerStatus($0) } ?? []
        self.containers = status?["containerStatuses"]?.array?.map { ContainerStatus($0) } ?? []
        let request = GPURequest(podSpec: object["spec"])
        self.gpus = request.cards
        self.share = request.share
    }

    /// Whether all its containers have ended, so that its resources are free.
    package var isEnded: Bool { self.phase == .succeeded || self.phase == .failed }

    /// Whether Kubernetes itself ended the pod: preemption, eviction, a lost node.
    package var isDisrupted: Bool {
        self.conditions.contains { $0.type == "DisruptionTarget" && $0.isTrue }
    }
}
