internal import Glibc

/// A whole reply of the Redis protocol, version 2, as it came: its elements in their order, an array before those that
/// it contains, and the bytes of all strings in one piece.
///
/// A thousand entries of a stream are thirty thousand elements. In a tree, each would be allocated by itself.
final class RedisReply: Sendable {
    enum Element: Sendable {
        case null
        case integer(Int64)
        /// The range of its bytes.
        case string(Range<Int>)
        /// The number of its elements, and the index of what comes after all that it contains.
        case array(count: Int, end: Int)
        /// The range of its bytes.
        case error(Range<Int>)
    }

    let elements: [Element]
    private let bytes: [UInt8]

    init(elements: [Element], bytes: [UInt8]) {
        self.elements = elements
        self.bytes = bytes
    }

    /// The text of the string, or the digits of the integer, at `index`; invalid UTF-8 is repaired.
    func string(at index: Int) -> String? {
        switch self.elements[index] {
        case .string(let range): self.text(range)
        case .integer(let number): String(number)
        default: nil
        }
    }

    func text(_ range: Range<Int>) -> String {
        self.bytes.withUnsafeBytes { String(decoding: UnsafeRawBufferPointer(rebasing: $0[range]), as: UTF8.self) }
    }

    /// Whether the string at `index` has these bytes.
    func holds(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Bool {
        guard case .string(let range) = self.elements[index], range.count == bytes.count else { return false }
        return self.bytes.withUnsafeBytes { own in
            // The base is nil only if there are no bytes at all.
            guard let start = own.baseAddress, let other = bytes.baseAddress else { return true }
            return memcmp(start + range.lowerBound, other, range.count) == 0
        }
    }

    /// The index of what comes after the element at `index` and all that it contains.
    func end(of index: Int) -> Int {
        if case .array(_, let end) = self.elements[index] { end } else { index + 1 }
    }
}
