package import MaaSCore

/// Names one run of one task. GPUs are held by attempts: those of a lost attempt stay held while its pods may live,
/// also when the task's next attempt runs already.
package struct AttemptID: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let task: TaskID
    /// 1 is the first.
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
