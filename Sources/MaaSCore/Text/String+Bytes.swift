internal import Glibc

/// Queries on a string's bytes. A buffer is faster than the `String` views, which check the storage for each byte.
extension String {
    /// Whether all bytes of the UTF-8 satisfy `predicate`.
    package func hasOnlyBytes(_ predicate: (UInt8) -> Bool) -> Bool {
        var text = self
        return text.withUTF8 { $0.allSatisfy(predicate) }
    }

    /// Whether it contains U+0000.
    package var holdsNUL: Bool {
        var text = self
        return text.withUTF8 { bytes in bytes.baseAddress.map { memchr($0, 0, bytes.count) != nil } ?? false }
    }

    /// The number of Unicode code points: of UTF-8 bytes that are not continuation bytes.
    package var codePointCount: Int {
        var text = self
        return text.withUTF8 { bytes in bytes.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) } }
    }

    /// Whether it has nothing but white space.
    package var isBlank: Bool { self.unicodeScalars.allSatisfy(\.properties.isWhitespace) }
}
