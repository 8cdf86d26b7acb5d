/// The id of a stream entry: the server's milliseconds and a sequence number within them.
package struct RedisStreamID: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let milliseconds: UInt64
    package let sequence: UInt64

    package init(milliseconds: UInt64, sequence: UInt64) {
        self.milliseconds = milliseconds
        self.sequence = sequence
    }

    /// Parses `milliseconds-sequence`.
    package init?(_ text: String) {
        guard let dash = text.utf8.firstIndex(of: UInt8(ascii: "-")),
            let milliseconds = UInt64(text[..<dash]),
            let sequence = UInt64(text[text.utf8.index(after: dash)...])
        else { return nil }
        self.init(milliseconds: milliseconds, sequence: sequence)
    }

    /// Less than every entry's id: reading after it starts at the beginning.
    package static let zero = Self(milliseconds: 0, sequence: 0)

    package var description: String { "\(self.milliseconds)-\(self.sequence)" }

    package static func < (left: Self, right: Self) -> Bool {
        (left.milliseconds, left.sequence) < (right.milliseconds, right.sequence)
    }
}
