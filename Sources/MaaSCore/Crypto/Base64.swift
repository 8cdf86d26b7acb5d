/// One of the two alphabets of RFC 4648: `Base64.standard` (§4, padded) and `Base64.url` (§5, without padding).
package struct Base64: Sendable {
    /// `+` and `/`, padded with `=`.
    package static let standard = Base64(alphabet: "+/", isPadded: true)
    /// `-` and `_`, not padded: safe in URLs and headers.
    package static let url = Base64(alphabet: "-_", isPadded: false)

    private static let padding = UInt8(ascii: "=")

    private let symbols: [UInt8]
    private let values: [UInt8?]
    private let isPadded: Bool

    private init(alphabet lastTwo: String, isPadded: Bool) {
        self.symbols = Array(("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + lastTwo).utf8)
        var values = [UInt8?](repeating: nil, count: 256)
        for (value, symbol) in self.symbols.enumerated() { values[Int(symbol)] = UInt8(value) }
        self.values = values
        self.isPadded = isPadded
    }

    /// The text of `bytes`.
    package func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits: UInt32 = 0
            for byte in group { bits = bits << 8 | UInt32(byte) }
            bits <<= UInt32(8 * (3 - group.count))
            for place in 0...group.count {
                text.append(self.symbols[Int(bits >> UInt32(18 - 6 * place) & 0x3f)])
            }
            if self.isPadded { text.append(contentsOf: repeatElement(Self.padding, count: 3 - group.count)) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of `text`, or nil unless it is exactly what ``encode(_:)`` makes of them.
    ///
    /// Spaces, wrong padding and stray low bits are rejected, so that no two texts decode to the same bytes.
    package func decode(_ text: String) -> [UInt8]? {
        var symbols = Array(text.utf8)
        if self.isPadded {
            guard symbols.count.isMultiple(of: 4) else { return nil }
            let padding = symbols.suffix(2).reversed().prefix { $0 == Self.padding }.count
            symbols.removeLast(padding)
        }
        guard symbols.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(symbols.count * 3 / 4)
        var bits: UInt32 = 0
        var count: UInt32 = 0
        for symbol in symbols {
            guard let value = self.values[Int(symbol)] else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> count))
                bits &= (1 << count) - 1
            }
        }
        return bits == 0 ? bytes : nil
    }
}
