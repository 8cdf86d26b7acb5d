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
    private static let lastMillisecond: UInt64 = 1 << 41 - 1
    private static let lastSequence: UInt64 = 1 << 12 - 1

    init(value: Int64) { self.value = value }

    init(_ id: RedisStreamID) {
        // Whoever may add entries may choose their ids: none of them may trap here.
        let milliseconds = min(id.milliseconds > Self.base ? id.milliseconds - Self.base : 0, Self.lastMillisecond)
        self.value = Int64(milliseconds << 12 | min(id.sequence, Self.lastSequence))
    }

    /// The first place behind this one.
    var next: EventPosition { EventPosition(value: self.value + 1) }

    static func < (left: Self, right: Self) -> Bool { left.value < right.value }
}
