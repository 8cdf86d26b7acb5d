internal import MaaSCore

/// An incremental parser for `multipart/form-data` bodies (RFC 7578, RFC 2046 §5.1).
struct MultipartParser {
    enum Event: Equatable {
        case part(MultipartHeader)
        case data([UInt8])
        case endOfPart
        case end
    }

    struct Malformed: Error, Equatable {
        let message: String
    }

    private enum State {
        /// Before the first delimiter, where content is ignored.
        case preamble
        /// After a delimiter: `--` ends the body, a line end begins a part.
        case afterDelimiter
        case header
        case data
        case end
    }

    private var state = State.preamble
    private var buffer: [UInt8]
    /// `CRLF--boundary`: the line end before a delimiter is part of it.
    private let delimiter: [UInt8]

    /// The most header bytes of one part.
    private static let headerLimit = 8192

    init(boundary: String) {
        self.delimiter = Array("\r\n--\(boundary)".utf8)
        // So that a delimiter at the very beginning looks like any other.
        self.buffer = [13, 10]
    }

    /// The boundary in a `Content-Type` header; nil when that is not a multipart form.
    static func boundary(contentType: String) -> String? {
        let header = MultipartHeader.Value(contentType)
        guard header.value.lowercased() == "multipart/form-data", let boundary = header.parameters["boundary"],
            (1...70).contains(boundary.utf8.count)
        else { return nil }
        return boundary
    }

    /// Whether the closing delimiter has been read.
    var isDone: Bool { if case .end = self.state { true } else { false } }

    /// Parses the next bytes.
    mutating func consume(_ bytes: some Sequence<UInt8>) throws(Malformed) -> [Event] {
        self.buffer += bytes
        var events: [Event] = []
        while try self.step(&events) {}
        return events
    }

    /// Takes one step; returns false when more bytes are needed.
    private mutating func step(_ events: inout [Event]) throws(Malformed) -> Bool {
        switch self.state {
        case .preamble:
            guard let found = self.find(self.delimiter) else {
                self.keep(self.delimiter.count - 1)
                return false
            }
            self.drop(found + self.delimiter.count)
            self.state = .afterDelimiter
            return true
        case .afterDelimiter:
            return try self.readAfterDelimiter(&events)
        case .header:
            return try self.readHeader(&events)
        case .data:
            return self.readData(&events)
        case .end:
            self.buffer = []  // The epilogue means nothing.
            return false
        }
    }

    private mutating func readAfterDelimiter(_ events: inout [Event]) throws(Malformed) -> Bool {
        // White space may follow a delimiter.
        let padding = self.buffer.prefix { $0 == 32 || $0 == 9 }.count
        guard padding < Self.headerLimit else { throw Malformed(message: "a delimiter is followed by too many blanks") }
        guard self.buffer.count >= padding + 2 else { return false }
        switch (self.buffer[padding], self.buffer[padding + 1]) {
        case (UInt8(ascii: "-"), UInt8(ascii: "-")):
            self.state = .end
            events.append(.end)
        case (13, 10):
            // The line end is kept: together with the empty line after the headers it is the pattern that ends them.
            self.drop(padding)
            self.state = .header
        default:
            throw Malformed(message: "a delimiter is followed by something other than a line end")
        }
        return true
    }

    private mutating func readHeader(_ events: inout [Event]) throws(Malformed) -> Bool {
        guard let end = self.find([13, 10, 13, 10]) else {
            guard self.buffer.count <= Self.headerLimit else {
                throw Malformed(message: "the headers of a part are too long")
            }
            return false
        }
        guard end <= Self.headerLimit else { throw Malformed(message: "the headers of a part are too long") }
        guard let header = MultipartHeader(self.buffer[..<end]) else {
            throw Malformed(message: "a part has no Content-Disposition: form-data with a name")
        }
        events.append(.part(header))
        // The last line end is kept, because it begins the delimiter of an empty part.
        self.drop(end + 2)
        self.state = .data
        self.skipsLineEnd = true
        return true
    }

    /// Whether the line end between the headers and the data is still in front of the buffer.
    private var skipsLineEnd = false

    private mutating func readData(_ events: inout [Event]) -> Bool {
        if let found = self.find(self.delimiter) {
            self.emit(found, &events)
            events.append(.endOfPart)
            self.drop(self.delimiter.count)
            self.state = .afterDelimiter
            return true
        }
        // What may be the beginning of a delimiter is held back.
        self.emit(self.buffer.count - (self.delimiter.count - 1), &events)
        return false
    }

    private mutating func emit(_ count: Int, _ events: inout [Event]) {
        let skipped = self.skipsLineEnd ? 2 : 0
        if count > skipped { events.append(.data(Array(self.buffer[skipped..<count]))) }
        if count >= skipped { self.skipsLineEnd = false }
        if count > 0, !self.skipsLineEnd { self.drop(count) }
    }

    private func find(_ pattern: [UInt8]) -> Int? {
        guard self.buffer.count >= pattern.count else { return nil }
        return self.buffer.withUnsafeBufferPointer { buffer in
            let last = buffer.count - pattern.count
            var index = 0
            while index <= last {
                if buffer[index] == pattern[0], pattern.indices.allSatisfy({ buffer[index + $0] == pattern[$0] }) {
                    return index
                }
                index += 1
            }
            return nil
        }
    }

    private mutating func drop(_ count: Int) { self.buffer.removeFirst(count) }

    private mutating func keep(_ count: Int) {
        if self.buffer.count > count { self.buffer.removeFirst(self.buffer.count - count) }
    }
}
