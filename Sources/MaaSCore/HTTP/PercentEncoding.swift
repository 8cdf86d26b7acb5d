/// Percent-encoding of UTF-8 (RFC 3986 §2.1), as strict as AWS signatures require: all but the unreserved characters.
package enum PercentEncoding {
    /// Encodes one path segment, query name or query value.
    package static func encode(_ text: String) -> String {
        Self.encode(text, keeping: [])
    }

    /// Encodes a whole path: the slashes stay.
    package static func encode(path text: String) -> String {
        Self.encode(text, keeping: [UInt8(ascii: "/")])
    }

    /// Encodes a query string, in order.
    package static func encode(query items: [(name: String, value: String)]) -> String {
        items.map { "\(Self.encode($0.name))=\(Self.encode($0.value))" }.joined(separator: "&")
    }

    /// Decodes text; nil when an escape is malformed or the bytes are not UTF-8.
    ///
    /// A plus sign is kept: only forms use it for a space.
    package static func decode(_ encoded: some StringProtocol) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(encoded.utf8.count)
        var rest = encoded.utf8[...]
        while let character = rest.popFirst() {
            guard character == UInt8(ascii: "%") else {
                bytes.append(character)
                continue
            }
            guard let byte = Hexadecimal.decode(String(decoding: rest.prefix(2), as: UTF8.self))?.first else {
                return nil
            }
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func encode(_ text: String, keeping kept: [UInt8]) -> String {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(text.utf8.count)
        for character in text.utf8 {
            if Self.isUnreserved(character) || kept.contains(character) {
                encoded.append(character)
            } else {
                encoded.append(UInt8(ascii: "%"))
                encoded.append(contentsOf: Hexadecimal.encode([character]).uppercased().utf8)
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    private static func isUnreserved(_ character: UInt8) -> Bool {
        switch character {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        default: false
        }
    }
}
