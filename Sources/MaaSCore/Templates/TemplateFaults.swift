/// All faults of the templates, by file and line.
package struct TemplateFaults: Error, Hashable, CustomStringConvertible {
    package var faults: [TemplateFault]

    package init(_ faults: [TemplateFault]) {
        self.faults = faults
    }

    /// One line per fault, fit for a terminal.
    package var description: String { self.faults.map(\.description).joined(separator: "\n") }
}
