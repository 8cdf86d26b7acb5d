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
    /// Requested cards: containers run concurrently, after the init containers, which run one after the other.
    package let gpus: Int
    /// Its share of each card under HAMi; nil for whole cards.
    package let share: Share?

    /// The UUIDs of the cards that HAMi gave it; empty without HAMi, and before that.
    package var cards: Set<String> { self.metadata.annotations[Self.cardsAnnotation].map(Self.cards) ?? [] }

    /// `uuid,type,memory,cores:` for each card of a container, `;` after each container.
    private static let cardsAnnotation = "hami.io/vgpu-devices-allocated"

    private static func cards(in annotation: String) -> Set<String> {
        Set(annotation.split { $0 == ":" || $0 == ";" }.compactMap { $0.split(separator: ",").first.map(String.init) })
    }

    /// A part of a card.
    package struct Share: Sendable, Hashable {
        /// `nvidia.com/gpumem`, in MiB; nil when given in percent.
        package let memory: Int?
        /// `nvidia.com/gpumem-percentage`.
        package let memoryPercent: Int?
        /// `nvidia.com/gpucores`, in percent.
        package let cores: Int
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
        let together = object["spec"]?["containers"]?.array ?? []
        let before = object["spec"]?["initContainers"]?.array ?? []
        self.gpus = max(together.reduce(0) { $0 + Self.gpus(of: $1) }, before.map(Self.gpus).max() ?? 0)
        self.share = (together + before).lazy.compactMap(Share.init(container:)).first
    }

    /// A container that only names a share of a card gets one card (HAMi's webhook).
    private static func gpus(of container: JSONValue) -> Int {
        let limits = container["resources"]?["limits"]
        if let gpus = limits?["nvidia.com/gpu"] { return ResourceQuantity.count(gpus) }
        return Share(container: container) == nil ? 0 : 1
    }

    /// Whether all its containers have ended, so that its resources are free.
    package var isEnded: Bool { self.phase == .succeeded || self.phase == .failed }

    /// Whether a node was found for it.
    package var isScheduled: Bool { self.condition("PodScheduled") != nil || self.nodeName != nil }

    /// Why no node was found yet, in the scheduler's words.
    package var unschedulableMessage: String? {
        self.conditions.first { $0.type == "PodScheduled" && !$0.isTrue }?.message
    }

    /// Why the first waiting container waits.
    package var waitingReason: String? {
        (self.initContainers + self.containers).lazy.compactMap(\.waitingReason).first
    }

    /// Whether Kubernetes itself ended the pod: preemption, eviction, a lost node.
    package var isDisrupted: Bool { self.condition("DisruptionTarget") != nil }

    private func condition(_ type: String) -> Condition? {
        self.conditions.first { $0.type == type && $0.isTrue }
    }
}

extension Pod.Share {
    /// Nil for a container that requests whole cards, or none.
    init?(container: JSONValue) {
        let limits = container["resources"]?["limits"]
        let memory = ResourceQuantity.count(limits?["nvidia.com/gpumem"])
        let percent = ResourceQuantity.count(limits?["nvidia.com/gpumem-percentage"])
        guard memory > 0 || (1..<100).contains(percent) else { return nil }
        self.memory = memory > 0 ? memory : nil
        self.memoryPercent = memory > 0 ? nil : percent
        self.cores = ResourceQuantity.count(limits?["nvidia.com/gpucores"])
    }
}
