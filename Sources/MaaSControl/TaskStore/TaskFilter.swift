package import MaaSCore

/// Which of a user's tasks are asked for, and in which order.
package struct TaskFilter: Sendable, Hashable {
    /// Any for none.
    package var states: [TaskState] = TaskState.allCases
    package var template: String?
    /// Is somewhere in the prompt, in capitals or not; or is the task's id.
    package var text: String?
    /// Submitted at this time or later.
    package var from: Timestamp?
    /// Submitted before this time.
    package var until: Timestamp?
    /// Submitted no earlier than this one.
    package var oldest: TaskID?
    /// All of these it must have.
    package var labels: [String: String] = [:]
    package var isOldestFirst = false

    package init() {}

    /// Whether it leaves any of a user's tasks out: then a page may have to go through many of them.
    package var isNarrow: Bool {
        var widest = TaskFilter()
        widest.isOldestFirst = self.isOldestFirst
        return self != widest
    }

    /// ``text`` as a pattern of `ILIKE` in which it stands for itself only.
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
