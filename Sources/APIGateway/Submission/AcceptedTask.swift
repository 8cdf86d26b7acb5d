internal import MaaSControl

/// A task that is durable, as it was accepted.
struct AcceptedTask: Sendable {
    let task: NewTask
    /// Where it stood in the queue then, 1 being next; nil when nobody knows.
    let position: Int?
    /// Whether this submission repeats one that was accepted before, which made the task.
    let isReplay: Bool
}
