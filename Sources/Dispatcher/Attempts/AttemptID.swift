internal import MaaSCore

/// Names one run of one task. GPUs are held by attempts: those of a lost attempt stay held while its pods may live,
/// also when the task's next attempt runs already.
struct AttemptID: Sendable, Hashable, Comparable, CustomStringConvertible {
    let task: TaskID
    /// 1 is the first.
    let number: Int

    static func < (left: AttemptID, right: AttemptID) -> Bool {
        (left.task, left.number) < (right.task, right.number)
    }

    var description: String { "\(self.task)/\(self.number)" }
}
