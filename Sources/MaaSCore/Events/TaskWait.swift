/// Where a queued task stands.
package struct TaskWait: Sendable, Hashable {
    /// 1 is next.
    package var position: Int
    /// Seconds until it is expected to start; nil when nobody knows.
    package var etaSeconds: Int?
    package var reason: WaitingReason

    package init(position: Int, etaSeconds: Int? = nil, reason: WaitingReason) {
        self.position = position
        self.etaSeconds = etaSeconds
        self.reason = reason
    }
}
