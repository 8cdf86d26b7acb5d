/// A priority class, as its rank in the configured list: 0 is the most urgent. ``PriorityClasses`` has the names.
package struct TaskPriority: Sendable, Hashable, Comparable {
    /// The stored value: smaller goes first.
    package let rank: Int

    /// Nil for a number that is out of range.
    package init?(rank: Int) {
        guard (0...PriorityClasses.maximumCount).contains(rank) else { return nil }
        self.rank = rank
    }

    /// The more urgent one is less, so that sorting puts it first.
    package static func < (left: TaskPriority, right: TaskPriority) -> Bool { left.rank < right.rank }
}
