internal import MaaSCore

/// The database's time, carried on by the monotonic clock: a wall clock that jumps ends no job and wakes no task.
struct SessionClock: Sendable {
    private let base: Timestamp
    private let origin: ContinuousClock.Instant

    /// - Parameter base: the time now, by the database.
    init(base: Timestamp, origin: ContinuousClock.Instant = .now) {
        self.base = base
        self.origin = origin
    }

    var now: Timestamp { self.base + (ContinuousClock.now - self.origin) }
}
