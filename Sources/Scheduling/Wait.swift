/// Why and how long a queued job waits.
package struct Wait: Sendable, Hashable {
    package enum Reason: Sendable, Hashable {
        /// It is the next of those that can run, and its GPUs are in use.
        case gpusBusy
        /// Others are ahead of it.
        case behindOthers
        /// It could not run even if nothing else did.
        case noNodeFits
        /// It rests after a failure.
        case backingOff
    }

    /// 1 is next.
    package var position: Int
    package var reason: Reason
    /// Until its expected start; nil when nobody can say.
    package var expectedWait: Duration?
}
