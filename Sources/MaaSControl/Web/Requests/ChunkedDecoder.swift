/// An incremental decoder for chunked bodies (RFC 9112 §7.1).
///
/// libwebsockets 4.1 passes such a body to a server undecoded. Trailers are read and dropped.
struct ChunkedDecoder {
    struct Malformed: Error {}

    private enum State {
        case size(Int, digits: Int)
        case sizeExtension(Int)
        case sizeLineFeed(Int)
        case data(Int)
        case dataEnd
        case dataLineFeed
        case trailer(length: Int)
        case trailerLineFeed(length: Int)
        case done
    }

    private var state = State.size(0, digits: 0)

    /// The most bytes in a line of trailers or extensions.
    private static let lineLimit = 4096
    private var lineLength = 0

    /// Whether the last chunk and its trailers have been read.
    var isDone: Bool {
        if case .done = self.state { true } else { false }
    }

    /// The next bytes of the body. What follows its end is ignored.
    mutating func decode(_ bytes: UnsafeRawBufferPointer) throws(Malformed) -> [UInt8] {
        var body: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if case .data(let remaining) = self.state {
                let count = min(remaining, bytes.count - index)
                body += bytes[index..<index + count]
                index += count
                self.state = count == remaining ? .dataEnd : .data(remaining - count)
                continue
            }
            if self.isDone { break }
            try self.step(bytes[index])
            index += 1
        }
        return body
    }

    private mutating func step(_ byte: UInt8) throws(Malformed) {
        let carriageReturn: UInt8 = 13
        let lineFeed: UInt8 = 10
        switch self.state {
        case .size(let size, let digits):
            if let digit = Self.hexadecimal(byte) {
                // 15 digits stay below 2^60 and cannot overflow.
                guard digits < 15 else { throw Malformed() }
                self.state = .size(size << 4 | digit, digits: digits + 1)
            } else {
                guard digits > 0 else { throw Malformed() }
                self.lineLength = 0
                try self.endSize(size, byte)
            }
        case .sizeExtension(let size):
            self.lineLength += 1
            guard self.lineLength <= Self.lineLimit else { throw Malformed() }
            if byte == carriageReturn { self.state = .sizeLineFeed(size) }
        case .sizeLineFeed(let size):
            guard byte == lineFeed else { throw Malformed() }
            self.state = size == 0 ? .trailer(length: 0) : .data(size)
        case .dataEnd:
            guard byte == carriageReturn else { throw Malformed() }
            self.state = .dataLineFeed
        case .dataLineFeed:
            guard byte == lineFeed else { throw Malformed() }
            self.state = .size(0, digits: 0)
        case .trailer(let length):
            guard length < Self.lineLimit else { throw Malformed() }
            self.state = byte == carriageReturn ? .trailerLineFeed(length: length) : .trailer(length: length + 1)
        case .trailerLineFeed(let length):
            guard byte == lineFeed else { throw Malformed() }
            self.state = length == 0 ? .done : .trailer(length: 0)
        case .data, .done:
            break
        }
    }

    private mutating func endSize(_ size: Int, _ byte: UInt8) throws(Malformed) {
        switch byte {
        case 13: self.state = .sizeLineFeed(size)
        case UInt8(ascii: ";"), UInt8(ascii: " "), UInt8(ascii: "\t"): self.state = .sizeExtension(size)
        default: throw Malformed()
        }
    }

    private static func hexadecimal(_ byte: UInt8) -> Int? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(byte - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(byte - UInt8(ascii: "A")) + 10
        default: nil
        }
    }
}
