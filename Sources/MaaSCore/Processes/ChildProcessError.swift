/// Thrown when a child process cannot be started.
package struct ChildProcessError: Error, Sendable, CustomStringConvertible {
    package let executable: String
    package let message: String

    package var description: String { "cannot start \(self.executable): \(self.message)" }
}
