/// A child process that could not be started.
package struct ChildProcessError: Error, Sendable, CustomStringConvertible {
    package let executable: String
    package let message: String

    package var description: String { "cannot start \(self.executable): \(self.message)" }
}
