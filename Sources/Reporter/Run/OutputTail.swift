/// The last lines of an output, for what they say about the end.
struct OutputTail {
    private static let limit = 60
    private(set) var lines: [String] = []

    mutating func append(_ line: String) {
        guard line.contains(where: { !$0.isWhitespace }) else { return }
        if self.lines.count == Self.limit { self.lines.removeFirst() }
        self.lines.append(line)
    }
}
