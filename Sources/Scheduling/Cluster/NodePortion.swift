/// What a pod takes of a node's GPUs.
struct NodePortion: Sendable, Hashable {
    var whole: Int
    /// Cards of which it takes a share, and how much of each.
    var cards: [Int] = []
    var need = CardLimits.Need()
}
