/// A lane's place in the order of service of a class.
struct Turn: Sendable, Comparable {
    var tag: Double
    var queuedAt: Duration
    var lane: Int32
    /// Which of the lane's turns it is: heaps keep old ones until they surface.
    var number: UInt32

    static func < (left: Turn, right: Turn) -> Bool {
        // Written out: tuples of four are compared more slowly.
        if left.tag != right.tag { return left.tag < right.tag }
        if left.queuedAt != right.queuedAt { return left.queuedAt < right.queuedAt }
        return left.lane < right.lane
    }
}
