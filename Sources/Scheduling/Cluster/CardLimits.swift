/// The shareable resources of one of a node's cards.
struct CardLimits: Sendable, Hashable {
    /// What a share needs of a card.
    struct Need: Sendable, Hashable {
        var memory = 0
        var cores = 0
    }

    /// Percent of compute.
    static let cores = 100

    /// MiB, or 100 for percent when only the number of cards is known.
    let memory: Int
    /// Pods that may share it.
    let shares: Int
    private let isMemoryKnown: Bool

    init(_ node: NodeCapacity) {
        self.memory = node.memoryPerGPU ?? 100
        self.shares = node.sharesPerGPU
        self.isMemoryKnown = node.memoryPerGPU != nil
    }

    /// Nil for a share that takes a whole card: all of its compute or memory, or MiB where the memory is unknown.
    func need(_ share: GPUShare) -> Need? {
        guard self.shares > 1, share.cores < Self.cores else { return nil }
        switch share.memory {
        case .percent(let percent):
            return percent < 100 ? Need(memory: (self.memory * percent + 99) / 100, cores: share.cores) : nil
        case .mebibytes(let memory):
            return self.isMemoryKnown ? Need(memory: memory, cores: share.cores) : nil
        }
    }

    /// The fraction of a card that a share is charged as, from 0 to 1.
    func part(_ share: GPUShare) -> Double {
        guard let need = self.need(share) else { return 1 }
        return min(1, max(Double(need.memory) / Double(max(1, self.memory)), Double(need.cores) / Double(Self.cores)))
    }
}
