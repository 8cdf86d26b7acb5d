/// The types of parameters: those that fit a command line.
package enum ParameterType: String, Sendable, Hashable, CaseIterable {
    case string, integer, number, boolean

    /// Whether `value` is of this type. `4.0` is an integer, as in JSON Schema.
    func includes(_ value: JSONValue) -> Bool {
        switch (self, value) {
        case (.string, .string), (.boolean, .bool): true
        case (.integer, .integer), (.integer, .number): value.integer != nil
        case (.number, .integer): true
        case (.number, .number(let number)): number.isFinite
        default: false
        }
    }

    /// The name in a fault.
    var title: String {
        switch self {
        case .string: "a string"
        case .integer: "a whole number"
        case .number: "a number"
        case .boolean: "true or false"
        }
    }
}
