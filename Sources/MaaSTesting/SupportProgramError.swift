/// A program of the tests that failed.
package struct SupportProgramError: Error, CustomStringConvertible {
    package let name: String
    package var description: String { "\(self.name) failed: see its output above" }
}
