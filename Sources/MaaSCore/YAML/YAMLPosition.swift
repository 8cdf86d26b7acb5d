/// A position in a YAML text. Both numbers start at 1, as in editors.
package struct YAMLPosition: Sendable, Hashable, CustomStringConvertible {
    package var line: Int
    /// In characters, not bytes.
    package var column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// The beginning of a text: the position of nodes that were built rather than parsed.
    package static let start = YAMLPosition(line: 1, column: 1)

    package var description: String { "\(self.line):\(self.column)" }
}
