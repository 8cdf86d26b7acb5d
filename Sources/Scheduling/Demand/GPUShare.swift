/// The part of a card that a pod takes, as HAMi divides it. What is left out is free to others.
package struct GPUShare: Sendable, Hashable {
    package enum Memory: Sendable, Hashable {
        /// `nvidia.com/gpumem`.
        case mebibytes(Int)
        /// `nvidia.com/gpumem-percentage`.
        case percent(Int)
    }

    package var memory: Memory
    /// `nvidia.com/gpucores`: percent of the card's compute that is set aside.
    package var cores: Int

    package init(memory: Memory, cores: Int = 0) {
        self.memory = memory
        self.cores = cores
    }
}
