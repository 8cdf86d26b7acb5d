/// The validator of one version of a file, and how a client's list of them compares (RFC 9110 §8.8, §13.1).
struct EntityTag: Equatable {
    /// With its quotes.
    let text: String

    init(size: Int, modifiedNanoseconds: Int64) {
        self.text = "\"\(String(UInt64(bitPattern: modifiedNanoseconds), radix: 16))-\(String(size, radix: 16))\""
    }

    /// - Parameter text: with its quotes, and `W/` before a weak one.
    init(text: String) { self.text = text }

    /// Whether `If-None-Match` names this version. The comparison is the weak one.
    func matches(_ header: String) -> Bool {
        header.split(separator: ",").contains { item in
            let text = item.filter { $0 != " " && $0 != "\t" }
            return text == "*" || Self.opaque(text) == Self.opaque(self.text)
        }
    }

    /// Without the word that it is weak.
    private static func opaque(_ text: String) -> Substring { text.hasPrefix("W/") ? text.dropFirst(2) : text[...] }
}
