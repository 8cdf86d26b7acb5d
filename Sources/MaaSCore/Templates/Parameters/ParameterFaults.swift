/// Everything that is wrong with the parameters of a task, in the order of the template.
package struct ParameterFaults: Error, Hashable, CustomStringConvertible {
    package var faults: [ParameterFault]

    package init(_ faults: [ParameterFault]) {
        self.faults = faults
    }

    package var description: String { self.faults.map(\.description).joined(separator: "; ") }
}
