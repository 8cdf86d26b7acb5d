/// The validator of one version of a file, and how a client's list of them compares (RFC 9110 §8.8, §13.1).
struct EntityTag: Equatable {
    /// With its quotes.
    let text: String

    init(size: Int, modifiedNanoseconds: Int64) {
        self.text = "\"\(String(UInt64(bitPattern: modifiedNanoseconds), radix: 16))-\(String(size, radix: 16))\""
    }

    /// Whether `If-None-Match` names this version. The comparison is the weak one.
    func matches(_ header: String) -> Bool {
        header.split(separator: ",").contains { item in
            let text = item.filter { $0 != " " && $0 != "\t" }
            return text == "*" || text == self.text || text == "W/\(self.text)"
        }
    }
}
