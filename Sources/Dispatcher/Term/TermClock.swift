internal import MaaSCore

/// The database's time, advanced by the monotonic clock, so that a jump of the wall clock ends no job and wakes no
/// task.
struct TermClock: Sendable {
    private let base: Timestamp
    private let origin: ContinuousClock.Instant

    /// - Parameter base: the database's current time.
    init(base: Timestamp, origin: ContinuousClock.Instant = .now) {
        self.base = base
        self.origin = origin
    }

    var now: Timestamp { self.base + (ContinuousClock.now - self.origin) }
}
