/// The retained output of an attempt's programs: all of a short one; of a long one the beginning and the end.
///
/// The beginning shows what was loaded, the end how it went. The middle is omitted, but its bytes are counted.
package struct OutputLog: Sendable, Hashable {
    /// Bytes kept from the beginning.
    package static let headLimit = 256 << 10
    /// Bytes kept from the end, once the beginning is full.
    package static let tailLimit = 512 << 10
    /// The most bytes of an encoded log.
    package static let encodedLimit = Self.headLimit + Self.tailLimit + Self.slack + 1024

    /// How far the tail may exceed its limit before it is trimmed, so that it is not moved for each line.
    private static let slack = 64 << 10

    private var head: [UInt8] = []
    /// Bytes omitted after the head.
    private var omitted = 0
    private var tail: [UInt8] = []

    package init() {}

    /// All bytes written, including omitted ones.
    package var count: Int { self.head.count + self.omitted + self.tail.count }

    /// Appends a line, given without its line end.
    package mutating func append(_ line: String) {
        let line = Array(line.utf8) + [Self.newline]
        guard !self.tail.isEmpty || self.omitted > 0 || self.head.count + line.count > Self.headLimit else {
            self.head += line
            return
        }
        self.tail += line
        if self.tail.count > Self.tailLimit + Self.slack { self.cut() }
    }

    /// The whole output. A line marks the omission.
    package var bytes: [UInt8] { self.head + self.gap + self.tail }

    /// A part of ``bytes``, `limit` bytes at most, from `position` on, an offset in the whole output; and the offset of
    /// what follows the part.
    package func part(from position: Int, atMost limit: Int) -> (bytes: [UInt8], end: Int) {
        if position < self.head.count {
            let part = self.head[position...].prefix(limit)
            return (Array(part), part.endIndex)
        }
        let start = self.head.count + self.omitted
        let gap = position < start ? self.gap : []
        let part = self.tail.dropFirst(max(0, position - start)).prefix(max(0, limit - gap.count))
        return (gap + part, start + part.endIndex)
    }

    private var gap: [UInt8] {
        self.omitted == 0 ? [] : Array("[… \(self.omitted) bytes are left out here …]\n".utf8)
    }

    /// Trims the tail to its limit, at a line end.
    private mutating func cut() {
        let surplus = self.tail.count - Self.tailLimit
        let end = self.tail[(surplus - 1)...].firstIndex(of: Self.newline).map { $0 + 1 } ?? surplus
        self.tail.removeFirst(end)
        self.omitted += end
    }

    private static let newline = UInt8(ascii: "\n")
}

extension OutputLog {
    /// The stored form: a line that records where the omission is, then the text.
    package var encoded: [UInt8] {
        Array("\(Self.mark)\(self.head.count) \(self.omitted)\n".utf8) + self.head + self.tail
    }

    /// Decodes ``encoded``. Any other text is taken as plain output, since the file may be from elsewhere.
    package init(decoding bytes: [UInt8]) {
        let line = bytes.prefix(64).prefix { $0 != Self.newline }
        let text = String(decoding: line, as: UTF8.self)
        let rest = bytes.dropFirst(line.count + 1)
        guard text.hasPrefix(Self.mark),
            case let numbers = text.dropFirst(Self.mark.count).split(separator: " ").map({ Int($0) }),
            numbers.count == 2, let head = numbers[0], let omitted = numbers[1],
            (0...rest.count).contains(head), (0...1 << 48).contains(omitted)
        else {
            self.head = bytes
            return
        }
        self.head = Array(rest.prefix(head))
        self.omitted = omitted
        self.tail = Array(rest.dropFirst(head))
    }

    private static let mark = "# maas output 1: "
}
