/// The jobs of one user, in one class, of one shape: the first of them stands for all, because those behind it ask for
/// the same and came later.
struct Lane: Sendable {
    /// What makes a lane; all are indices.
    struct Key: Sendable, Hashable {
        var user: Int
        var rank: Int
        var shape: Int
    }

    let key: Key
    var rows = RowQueue()
    /// The class it is served in: its own, or a more urgent one to which it rose.
    var servedRank: Int
    /// The start tag of its first job (start-time fair queueing): the smallest is served first.
    var tag = 0.0
    /// Whether it waits for its turn. An empty lane does not, nor one that may not start anything.
    var isContending = false
    /// Counts the turns it was given; only the last one is good.
    var turns: UInt32 = 0

    init(_ key: Key) {
        self.key = key
        self.servedRank = key.rank
    }
}
