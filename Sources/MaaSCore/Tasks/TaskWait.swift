/// The position of a queued task, and why it waits.
package struct TaskWait: Sendable, Hashable {
    /// 1 is next.
    package var position: Int
    /// Seconds until the expected start; nil while unknown.
    package var etaSeconds: Int?
    package var reason: WaitingReason

    package init(position: Int, etaSeconds: Int? = nil, reason: WaitingReason) {
        self.position = position
        self.etaSeconds = etaSeconds
        self.reason = reason
    }
}
