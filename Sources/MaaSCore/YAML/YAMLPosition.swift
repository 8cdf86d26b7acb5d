/// Where something stands in a YAML text. Both numbers start at 1, as editors count.
package struct YAMLPosition: Sendable, Hashable, CustomStringConvertible {
    package var line: Int
    /// In characters, not bytes.
    package var column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// The beginning of a text: where nodes stand that were built rather than parsed.
    package static let start = YAMLPosition(line: 1, column: 1)

    package var description: String { "\(self.line):\(self.column)" }
}
