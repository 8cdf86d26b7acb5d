internal import Glibc

/// Questions to a text that its bytes answer. The views of a `String` ask at each byte where it is kept; a buffer does not.
extension String {
    /// Whether all bytes of the UTF-8 are as `predicate` says.
    package func hasOnlyBytes(_ predicate: (UInt8) -> Bool) -> Bool {
        var text = self
        return text.withUTF8 { $0.allSatisfy(predicate) }
    }

    /// Whether it holds the character U+0000.
    package var holdsNUL: Bool {
        var text = self
        return text.withUTF8 { bytes in bytes.baseAddress.map { memchr($0, 0, bytes.count) != nil } ?? false }
    }

    /// How many Unicode code points it has: each begins with a byte that does not continue another one.
    package var codePointCount: Int {
        var text = self
        return text.withUTF8 { bytes in bytes.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) } }
    }
}
