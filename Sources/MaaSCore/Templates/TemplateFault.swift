/// One fault in a template file.
package struct TemplateFault: Sendable, Hashable, CustomStringConvertible {
    package var file: String
    /// Starts at 1.
    package var line: Int
    /// The key's path within its document, `spec.runPolicy`; empty for the whole file.
    package var path: String
    package var message: String

    package init(file: String, line: Int, path: String, message: String) {
        self.file = file
        self.line = line
        self.path = path
        self.message = message
    }

    package var description: String {
        self.path.isEmpty
            ? "\(self.file):\(self.line): \(self.message)" : "\(self.file):\(self.line): \(self.path): \(self.message)"
    }
}
