package import MaaSCore

/// Identifies one run of one task. Attempts hold GPUs: those of a lost attempt stay held while its pods may live, even
/// if the task's next attempt already runs.
package struct AttemptID: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let task: TaskID
    /// Counts from 1.
    package let number: Int

    package init(task: TaskID, number: Int) {
        self.task = task
        self.number = number
    }

    package static func < (left: AttemptID, right: AttemptID) -> Bool {
        (left.task, left.number) < (right.task, right.number)
    }

    package var description: String { "\(self.task)/\(self.number)" }
}
