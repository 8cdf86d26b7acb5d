/// All faults of a task's parameters, in the template's order.
package struct ParameterFaults: Error, Hashable, CustomStringConvertible {
    package var faults: [ParameterFault]

    package init(_ faults: [ParameterFault]) {
        self.faults = faults
    }

    package var description: String { self.faults.map(\.description).joined(separator: "; ") }
}
