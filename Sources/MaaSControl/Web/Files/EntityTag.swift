/// The validator of one version of a file, and its comparison with a client's list (RFC 9110 §8.8, §13.1).
struct EntityTag: Equatable {
    /// With quotes.
    let text: String

    init(size: Int, modifiedNanoseconds: Int64) {
        self.text = "\"\(String(UInt64(bitPattern: modifiedNanoseconds), radix: 16))-\(String(size, radix: 16))\""
    }

    /// - Parameter text: with quotes, and `W/` before a weak tag.
    init(text: String) { self.text = text }

    /// Whether `If-None-Match` names this version, by weak comparison.
    func matches(_ header: String) -> Bool {
        header.split(separator: ",").contains { item in
            let text = item.filter { $0 != " " && $0 != "\t" }
            return text == "*" || Self.opaque(text) == Self.opaque(self.text)
        }
    }

    /// The tag without the weakness prefix.
    private static func opaque(_ text: String) -> Substring { text.hasPrefix("W/") ? text.dropFirst(2) : text[...] }
}
