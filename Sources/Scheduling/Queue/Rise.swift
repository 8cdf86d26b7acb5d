/// The time at which a line rises by a class.
struct Rise: Sendable, Comparable {
    var due: Duration
    var line: Int

    static func < (left: Self, right: Self) -> Bool { (left.due, left.line) < (right.due, right.line) }
}
