/// The last lines of an output, for classifying a failure.
struct OutputTail {
    /// torchrun's report of eight failed processes, and the last lines of four, follow the output of the first failure.
    private static let limit = 200
    private(set) var lines: [String] = []

    mutating func append(_ line: String) {
        guard line.contains(where: { !$0.isWhitespace }) else { return }
        if self.lines.count == Self.limit { self.lines.removeFirst() }
        self.lines.append(line)
    }
}
