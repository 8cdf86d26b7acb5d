internal import MaaSControl

/// An accepted, durable task.
struct AcceptedTask: Sendable {
    let task: NewTask
    /// Its position in the queue when it was accepted, 1 being next; nil when unknown.
    let position: Int?
    /// Whether this submission repeats an earlier one, which created the task.
    let isReplay: Bool
}
