extension ParameterSchema {
    /// The defaults and, for each parameter that is required, a value of its type.
    var sample: JSONValue {
        let missing = self.properties.filter { self.required.contains($0.name) && $0.definition.fallback == nil }
        return self.completed(
            .object(Dictionary(missing.map { ($0.name, $0.definition.sample) }) { first, _ in first })
        )
    }
}

extension ParameterDefinition {
    fileprivate var sample: JSONValue {
        if let choice = self.choices?.first { return choice }
        return switch self.type {
        case .integer, .number:
            switch self.minimum {
            case .integer(let number): .integer(number)
            case .real(let number): .number(number)
            case nil: 1
            }
        case .boolean: true
        case .string, nil: "sample"
        }
    }
}
