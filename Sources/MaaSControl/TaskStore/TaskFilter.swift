package import MaaSCore

/// Which of a user's tasks are asked for, and in which order.
package struct TaskFilter: Sendable, Hashable {
    /// Any for none.
    package var states: [TaskState] = TaskState.allCases
    package var template: String?
    /// Submitted at this time or later.
    package var from: Timestamp?
    /// Submitted before this time.
    package var until: Timestamp?
    package var isOldestFirst = false

    package init() {}
}
