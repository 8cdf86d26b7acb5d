internal import MaaSCore

/// An event's position in its stream, as the single number that clients see as `seq`.
///
/// Derived from the stream's entry id, so that every replica assigns an event the same number, also after a restart,
/// and numbers grow monotonically within an epoch. JavaScript integers hold 53 bits: 41 bits of milliseconds last 69
/// years from the base, and 12 bits count entries within a millisecond, more than Redis can add in one.
///
/// After its clock was set back, Redis adds entries under its last millisecond until the clock has caught up. Their
/// count then runs on into the numbers of the milliseconds that follow. If that, or an id that a producer chose, makes
/// a number not greater than the last one, the reader has the stream renewed (``ReadStream/trusted(_:after:)``).
struct EventPosition: Sendable, Hashable, Comparable {
    let value: Int64

    static let zero = EventPosition(value: 0)
    private static let base: UInt64 = 1_700_000_000_000
    private static let lastMillisecond: UInt64 = 1 << 41 - 1
    /// Bounds how far a producer that chooses its ids can run ahead: by the numbers of 32 milliseconds.
    private static let lastSequence: UInt64 = 1 << 17 - 1
    private static let last: UInt64 = 1 << 53 - 1

    init(value: Int64) { self.value = value }

    init(_ id: RedisStreamID) {
        // Producers can choose entry ids, so no id may trap here.
        let milliseconds = min(id.milliseconds > Self.base ? id.milliseconds - Self.base : 0, Self.lastMillisecond)
        self.value = Int64(min(milliseconds << 12 + min(id.sequence, Self.lastSequence), Self.last))
    }

    /// The smallest position after this one.
    var next: EventPosition { EventPosition(value: self.value + 1) }

    static func < (left: Self, right: Self) -> Bool { left.value < right.value }
}
