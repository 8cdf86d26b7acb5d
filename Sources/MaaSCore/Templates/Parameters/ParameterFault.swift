/// A fault of one parameter of a task.
package struct ParameterFault: Sendable, Hashable, CustomStringConvertible {
    /// The parameter's name; empty for the parameters as a whole.
    package var path: String
    /// What would be right, beginning with "must" or "is". Does not repeat user text.
    package var message: String

    package init(path: String, message: String) {
        self.path = path
        self.message = message
    }

    package var description: String { self.path.isEmpty ? self.message : "\(self.path) \(self.message)" }
}
