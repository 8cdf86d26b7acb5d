/// How a job released its GPUs.
package enum Ending: Sendable, Hashable {
    /// It succeeded: its duration is learned, and its user is charged for what it held.
    case completed
    /// Cancelled, or failed by its own fault: its user is charged for what it held.
    case stopped
    /// It never ran, was preempted or lost its node: its user is not charged.
    case interrupted
}
