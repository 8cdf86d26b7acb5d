/// The classes tasks queue in, most urgent first.
///
/// A task is stored with its class's place in the list, so that a class can be renamed; one whose class is no longer
/// there is in the last.
package struct PriorityClasses: Sendable, Hashable {
    /// The most classes there may be.
    package static let maximumCount = 32

    package let names: [String]
    /// The class of a task that names none.
    package let standard: TaskPriority

    /// Nil unless the names are 1 to 32 different ones and `standard` is one of them.
    package init?(_ names: [String], standard: String) {
        guard (1...Self.maximumCount).contains(names.count), Set(names).count == names.count,
            let rank = names.firstIndex(of: standard), let standard = TaskPriority(rank: rank)
        else { return nil }
        self.names = names
        self.standard = standard
    }

    /// `high normal low`, and normal for those that do not say.
    package init() {
        self.names = ["high", "normal", "low"]
        self.standard = TaskPriority(rank: 1)!  // A place in the list.
    }

    /// The class of this name; nil when there is none.
    package subscript(name: String) -> TaskPriority? {
        self.names.firstIndex(of: name).flatMap(TaskPriority.init(rank:))
    }

    /// What the class is called.
    package func name(of priority: TaskPriority) -> String { self.names[min(priority.rank, self.names.count - 1)] }
}
