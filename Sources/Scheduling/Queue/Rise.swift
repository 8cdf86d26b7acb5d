/// The time at which a flow rises by a class.
struct Rise: Sendable, Comparable {
    var due: Duration
    var flow: Int

    static func < (left: Self, right: Self) -> Bool { (left.due, left.flow) < (right.due, right.flow) }
}
