/// Why a queued job waits, and for how long.
package struct Wait: Sendable, Hashable {
    /// The first that applies, in this order.
    package enum Reason: Sendable, Hashable, CaseIterable {
        /// Everything, or its class, template or user, is paused, or all nodes that it fits are.
        case paused
        /// It backs off after a failure.
        case backingOff
        /// It would not fit even if nothing else ran.
        case noNodeFits
        /// Its user is at the limit.
        case userLimit
        /// Its template is at the limit.
        case templateLimit
        /// It is the next that may run, and its GPUs are in use.
        case gpusBusy
        /// GPUs for it are free, but kept for a larger job ahead of it.
        case reservedForLarger
        /// Others are ahead of it.
        case behindOthers
    }

    /// Counts from 1, which is next.
    package var position: Int
    package var reason: Reason
    /// Until its expected start; nil when unknown.
    package var expectedWait: Duration?

    package init(position: Int, reason: Reason, expectedWait: Duration? = nil) {
        self.position = position
        self.reason = reason
        self.expectedWait = expectedWait
    }
}
