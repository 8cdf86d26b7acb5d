/// Assembles the head of a response from header lines; interim responses (1xx) and trailers are ignored.
struct HTTPResponseHeadReader {
    /// The head, once it is complete.
    private(set) var head: HTTPResponseHead?
    private var partial: HTTPResponseHead?
    /// Bytes of all lines so far, including interim responses and trailers.
    private var length = 0

    /// The most bytes of all lines: the limit that curl itself has since version 8.3.
    static let limit = 300 << 10

    /// Whether ``limit`` was exceeded; nothing is read after that.
    var isTooLong: Bool { self.length > Self.limit }

    /// Reads the next line, including its line end.
    mutating func read(_ line: some Collection<UInt8>) {
        self.length += line.count
        if self.isTooLong { return }
        let text = String(decoding: line, as: UTF8.self).trimmed()
        guard self.head == nil else { return }  // A trailer.
        if text.hasPrefix("HTTP/") {
            self.partial = Self.status(of: text).map { HTTPResponseHead(status: $0) }
        } else if text.isEmpty {
            if let partial = self.partial, partial.status >= 200 { self.head = partial }
            self.partial = nil
        } else if let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) {
            self.partial?.headers.add(String(text[..<colon]), String(text[text.index(after: colon)...]).trimmed())
        }
    }

    /// `HTTP/1.1 200 OK`, or `HTTP/2 200`.
    private static func status(of line: String) -> Int? {
        let words = line.split(separator: " ", maxSplits: 2)
        return words.count < 2 ? nil : Int(words[1])
    }
}

extension String {
    /// Without surrounding spaces, tabs and line ends.
    fileprivate func trimmed() -> String {
        let isBlank = { (character: UInt8) in [0x20, 0x09, 0x0d, 0x0a].contains(character) }
        let bytes = self.utf8.drop(while: isBlank)
        let end = bytes.lastIndex { !isBlank($0) }.map { bytes.index(after: $0) } ?? bytes.startIndex
        return String(decoding: bytes[..<end], as: UTF8.self)
    }
}
