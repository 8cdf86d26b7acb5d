/// What a pod takes of a node's GPUs.
struct NodePortion: Sendable, Hashable {
    var whole: Int
    /// Shared cards, and what it takes of each.
    var cards: [Int] = []
    var need = CardLimits.Need()
}
