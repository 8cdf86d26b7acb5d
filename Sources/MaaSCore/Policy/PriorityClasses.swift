/// The priority classes, most urgent first.
///
/// A task stores the rank of its class, so that classes can be renamed; a rank beyond the list counts as the last
/// class.
package struct PriorityClasses: Sendable, Hashable {
    /// The most classes there may be.
    package static let maximumCount = 32

    package let names: [String]
    /// The class of a task that names none.
    package let standard: TaskPriority

    /// Nil unless there are 1 to 32 distinct names and `standard` is one of them.
    package init?(_ names: [String], standard: String) {
        guard (1...Self.maximumCount).contains(names.count), Set(names).count == names.count,
            let rank = names.firstIndex(of: standard), let standard = TaskPriority(rank: rank)
        else { return nil }
        self.names = names
        self.standard = standard
    }

    /// `high normal low`, with normal as the default.
    package init() {
        self.names = ["high", "normal", "low"]
        self.standard = TaskPriority(rank: 1)!  // A place in the list.
    }

    /// The class of this name; nil when there is none.
    package subscript(name: String) -> TaskPriority? {
        self.names.firstIndex(of: name).flatMap(TaskPriority.init(rank:))
    }

    /// The name of a class.
    package func name(of priority: TaskPriority) -> String { self.names[min(priority.rank, self.names.count - 1)] }
}
