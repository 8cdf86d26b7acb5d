/// A task, and the terms on which it is stored.
package struct TaskSubmission: Sendable, Hashable {
    package var task: NewTask
    /// It is stored only if the key is free, and has the key from then on.
    package var key: IdempotencyKey?
    /// It is stored only if its user then has no more tasks waiting.
    package var waitingLimit: Int

    package init(_ task: NewTask, key: IdempotencyKey? = nil, waitingLimit: Int = .max) {
        self.task = task
        self.key = key
        self.waitingLimit = waitingLimit
    }
}
