/// How a job gave its GPUs back.
package enum Ending: Sendable, Hashable {
    /// It did its work: its duration is learned from, and its user is charged for what it held.
    case completed
    /// Cancelled, or it failed by its own fault: its user is charged for what it held.
    case stopped
    /// It never ran, was preempted or lost its node: its user is charged nothing.
    case interrupted
}
