/// A JSON syntax error and its position.
package struct JSONError: Error, Hashable, CustomStringConvertible {
    /// Both from 1.
    package let line: Int
    package let column: Int
    /// jansson's message.
    package let message: String

    package init(line: Int, column: Int, message: String) {
        self.line = line
        self.column = column
        self.message = message
    }

    package var description: String { "line \(self.line), column \(self.column): \(self.message)" }
}
