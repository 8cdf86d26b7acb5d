internal import MaaSCore

/// The scheduler measures time from an arbitrary origin: here, since 1970.
extension Timestamp {
    var sinceEpoch: Duration { .milliseconds(self.milliseconds) }

    init(sinceEpoch: Duration) { self = Timestamp(milliseconds: 0) + sinceEpoch }
}
