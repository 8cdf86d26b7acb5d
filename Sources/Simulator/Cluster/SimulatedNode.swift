internal import Scheduling

/// A node with GPUs.
struct SimulatedNode: Sendable {
    let name: String
    let gpus: Int
    var isReady = true
    var isCordoned = false

    /// Whether it accepts new pods.
    var isUsable: Bool { self.isReady && !self.isCordoned }
    var capacity: NodeCapacity { NodeCapacity(name: self.name, gpus: self.gpus) }
}
