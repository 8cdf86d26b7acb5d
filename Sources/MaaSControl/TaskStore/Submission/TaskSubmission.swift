/// A task, and the conditions on which it is stored.
package struct TaskSubmission: Sendable, Hashable {
    package var task: NewTask
    /// The task is stored only if this key is free, and then holds it.
    package var key: IdempotencyKey?
    /// The task is stored only if its user then has no more tasks waiting than this.
    package var waitingLimit: Int

    package init(_ task: NewTask, key: IdempotencyKey? = nil, waitingLimit: Int = .max) {
        self.task = task
        self.key = key
        self.waitingLimit = waitingLimit
    }
}
