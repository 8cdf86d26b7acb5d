internal import MaaSCore

/// The scheduler's idea of time is the time since any one origin: here, since 1970.
extension Timestamp {
    var sinceEpoch: Duration { .milliseconds(self.milliseconds) }

    init(sinceEpoch: Duration) { self = Timestamp(milliseconds: 0) + sinceEpoch }
}
