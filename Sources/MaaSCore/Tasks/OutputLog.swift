/// What a generation wrote, as it is kept: all of a short output; of a long one the beginning and the end.
///
/// The beginning tells what was loaded, and the end what became of it. What stands between is left out, and counted.
package struct OutputLog: Sendable, Hashable {
    /// Bytes kept of the beginning.
    package static let headLimit = 256 << 10
    /// Bytes kept of the end, once the beginning is full.
    package static let tailLimit = 512 << 10
    /// Bytes an encoded log has at most.
    package static let encodedLimit = Self.headLimit + Self.tailLimit + Self.slack + 1024

    /// The tail may grow by so much before it is cut, so that it is not moved for each line.
    private static let slack = 64 << 10

    private var head: [UInt8] = []
    /// Bytes left out after the head.
    private var omitted = 0
    private var tail: [UInt8] = []

    package init() {}

    /// Bytes that were written in all, those that are left out among them.
    package var count: Int { self.head.count + self.omitted + self.tail.count }

    /// Adds a line, which is given without its end.
    package mutating func append(_ line: String) {
        let line = Array(line.utf8) + [Self.newline]
        guard !self.tail.isEmpty || self.omitted > 0 || self.head.count + line.count > Self.headLimit else {
            self.head += line
            return
        }
        self.tail += line
        if self.tail.count > Self.tailLimit + Self.slack { self.cut() }
    }

    /// What was written from `position` on, a byte's place in the whole output. Where some of it is left out, a line says
    /// so.
    package func bytes(from position: Int) -> [UInt8] {
        if position < self.head.count {
            return Array(self.head[max(0, position)...]) + self.gap + self.tail
        }
        let skipped = position - self.head.count - self.omitted
        if skipped < 0 { return self.gap + self.tail }
        return Array(self.tail.dropFirst(skipped))
    }

    private var gap: [UInt8] {
        self.omitted == 0 ? [] : Array("[… \(self.omitted) bytes are left out here …]\n".utf8)
    }

    /// Cuts the tail to its limit, at the end of a line.
    private mutating func cut() {
        let surplus = self.tail.count - Self.tailLimit
        let end = self.tail[(surplus - 1)...].firstIndex(of: Self.newline).map { $0 + 1 } ?? surplus
        self.tail.removeFirst(end)
        self.omitted += end
    }

    private static let newline = UInt8(ascii: "\n")
}

extension OutputLog {
    /// How it is stored: a line that says where something is left out, then the text.
    package var encoded: [UInt8] {
        Array("\(Self.mark)\(self.head.count) \(self.omitted)\n".utf8) + self.head + self.tail
    }

    /// Reads what ``encoded`` wrote. A text that is none counts as output: it may be anybody's file.
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
