/// A program of the tests that did not do its part.
package struct SupportProgramError: Error, CustomStringConvertible {
    package let name: String
    package var description: String { "\(self.name) failed: see its output above" }
}
