/// The class a task queues in, by its place in the configured list: 0 is the most urgent. ``PriorityClasses`` has names.
package struct TaskPriority: Sendable, Hashable, Comparable {
    /// As it is stored: smaller goes first.
    package let rank: Int

    /// Nil for a number that is no place in a list.
    package init?(rank: Int) {
        guard (0...PriorityClasses.maximumCount).contains(rank) else { return nil }
        self.rank = rank
    }

    /// The more urgent one is the smaller one, so that sorting puts it first.
    package static func < (left: TaskPriority, right: TaskPriority) -> Bool { left.rank < right.rank }
}
