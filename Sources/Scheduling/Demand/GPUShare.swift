/// A pod's share of a card under HAMi. Others may use the rest.
package struct GPUShare: Sendable, Hashable {
    package enum Memory: Sendable, Hashable {
        /// `nvidia.com/gpumem`.
        case mebibytes(Int)
        /// `nvidia.com/gpumem-percentage`.
        case percent(Int)
    }

    package var memory: Memory
    /// `nvidia.com/gpucores`: reserved percent of the card's compute.
    package var cores: Int

    package init(memory: Memory, cores: Int = 0) {
        self.memory = memory
        self.cores = cores
    }
}
