/// The part of a file that a `Range` header requests (RFC 9110 §14.2).
enum ByteRange: Equatable {
    /// The whole file: no range was requested, or one that may be ignored.
    case whole
    /// These bytes, which exist.
    case part(Range<Int>)
    /// Bytes that do not exist.
    case unsatisfiable

    /// - Parameters:
    ///   - header: the header's value, or nil when there is none.
    ///   - size: the file's size in bytes.
    init(_ header: String?, size: Int) {
        self = Self.parse(header, size: size)
    }

    private static func parse(_ header: String?, size: Int) -> ByteRange {
        guard let header, header.lowercased().hasPrefix("bytes=") else { return .whole }
        let specification = header.dropFirst("bytes=".count).filter { $0 != " " && $0 != "\t" }
        // Multiple ranges may be ignored; no client of videos or pictures uses them.
        guard !specification.contains(",") else { return .whole }
        let ends = specification.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard ends.count == 2 else { return .whole }
        switch (Self.number(ends[0]), Self.number(ends[1])) {
        case (.absent, .value(let count)):
            guard count > 0, size > 0 else { return .unsatisfiable }
            return .part(max(0, size - count)..<size)
        case (.value(let first), .absent):
            return first < size ? .part(first..<size) : .unsatisfiable
        case (.value(let first), .value(let last)):
            guard first <= last else { return .whole }
            return first < size ? .part(first..<min(last, size - 1) + 1) : .unsatisfiable
        default:
            return .whole
        }
    }

    private enum Number {
        case absent
        case malformed
        case value(Int)
    }

    private static func number(_ text: some StringProtocol) -> Number {
        if text.isEmpty { return .absent }
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return .malformed }
        // A number that overflows `Int` is beyond the end of any file.
        return .value(Int(text) ?? Int.max)
    }
}
