package import MaaSCore

/// Selects and orders a user's tasks.
package struct TaskFilter: Sendable, Hashable {
    /// All states by default.
    package var states: [TaskState] = TaskState.allCases
    package var template: String?
    /// Matches a part of the prompt, ignoring case, or the task's id.
    package var text: String?
    /// Submitted at this time or later.
    package var from: Timestamp?
    /// Submitted before this time.
    package var until: Timestamp?
    /// Submitted no earlier than this task.
    package var oldest: TaskID?
    /// Labels that the task must all have.
    package var labels: [String: String] = [:]
    package var isOldestFirst = false

    package init() {}

    /// Whether it excludes any tasks, so that a page may have to scan many.
    package var isNarrow: Bool {
        var widest = TaskFilter()
        widest.isOldestFirst = self.isOldestFirst
        return self != widest
    }

    /// ``text`` as an `ILIKE` pattern that matches it literally anywhere.
    var pattern: String? {
        guard let text else { return nil }
        var pattern = "%"
        for scalar in text.unicodeScalars {
            if ["%", "_", "\\"].contains(scalar) { pattern += "\\" }
            pattern.unicodeScalars.append(scalar)
        }
        return pattern + "%"
    }
}
