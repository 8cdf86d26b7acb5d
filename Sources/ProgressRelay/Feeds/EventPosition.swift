internal import MaaSCore

/// Where an event stands in the stream, as the one number clients see as `seq`.
///
/// Made of the stream's own id, so that all replicas give one event the same number, also after a restart, and the
/// numbers of one epoch only grow. JavaScript holds 53 bits: 41 for milliseconds reach 69 years beyond the base, and
/// 12 count entries within a millisecond, more than Redis can add in one.
struct EventPosition: Sendable, Hashable, Comparable {
    let value: Int64

    static let zero = EventPosition(value: 0)
    private static let base: UInt64 = 1_700_000_000_000

    init(value: Int64) { self.value = value }

    init(_ id: RedisStreamID) {
        let milliseconds = id.milliseconds > Self.base ? id.milliseconds - Self.base : 0
        self.value = Int64(milliseconds << 12 | min(id.sequence, 4095))
    }

    static func < (left: Self, right: Self) -> Bool { left.value < right.value }
}
