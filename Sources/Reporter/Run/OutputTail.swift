/// The last lines of an output, for what they say about the end.
struct OutputTail {
    /// torchrun's report of eight failed processes, and the last words of four, come behind what the first one said.
    private static let limit = 200
    private(set) var lines: [String] = []

    mutating func append(_ line: String) {
        guard line.contains(where: { !$0.isWhitespace }) else { return }
        if self.lines.count == Self.limit { self.lines.removeFirst() }
        self.lines.append(line)
    }
}
