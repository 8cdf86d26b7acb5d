/// Why and how long a queued job waits.
package struct Wait: Sendable, Hashable {
    /// The first that holds, in this order.
    package enum Reason: Sendable, Hashable, CaseIterable {
        /// All, its class, its template or its user is paused.
        case paused
        /// It rests after a failure.
        case backingOff
        /// It could not run even if nothing else did.
        case noNodeFits
        /// As much of its user runs as may.
        case userLimit
        /// As much of its template runs as may.
        case templateLimit
        /// It is the next of those that can run, and its GPUs are in use.
        case gpusBusy
        /// GPUs for it are free, and kept for a larger job ahead of it.
        case reservedForLarger
        /// Others are ahead of it.
        case behindOthers
    }

    /// 1 is next.
    package var position: Int
    package var reason: Reason
    /// Until its expected start; nil when nobody can say.
    package var expectedWait: Duration?

    package init(position: Int, reason: Reason, expectedWait: Duration? = nil) {
        self.position = position
        self.reason = reason
        self.expectedWait = expectedWait
    }
}
