/// The jobs of one user, class and shape. The first represents all: those behind it have the same request and are
/// younger.
struct Lane: Sendable {
    /// What identifies a lane, as indices.
    struct Key: Sendable, Hashable {
        var user: Int
        var rank: Int
        var shape: Int
    }

    let key: Key
    var rows = RowQueue()
    /// The class it is served in: its own, or a more urgent one that it rose to.
    var servedRank: Int
    /// The start tag of its first job (start-time fair queueing): the smallest is served first.
    var tag = 0.0
    /// Whether it is waiting for its turn; false for a lane that is empty or may not start anything.
    var isContending = false
    /// The number of turns it was given; only the last one is valid.
    var turns: UInt32 = 0

    init(_ key: Key) {
        self.key = key
        self.servedRank = key.rank
    }
}
