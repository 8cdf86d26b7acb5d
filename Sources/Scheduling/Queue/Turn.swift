/// A lane's place in the order of service of a class.
struct Turn: Sendable, Comparable {
    var tag: Double
    var queuedAt: Duration
    var lane: Int32
    /// The lane's turn count: outdated turns stay in the heap until they surface.
    var number: UInt32

    static func < (left: Turn, right: Turn) -> Bool {
        // Spelled out: comparing tuples of four is slower.
        if left.tag != right.tag { return left.tag < right.tag }
        if left.queuedAt != right.queuedAt { return left.queuedAt < right.queuedAt }
        return left.lane < right.lane
    }
}
