extension ParameterDefinition {
    /// The faults of a value; empty when it is valid.
    func faults(of value: JSONValue) -> [String] {
        guard let type else { return [] }
        guard type.includes(value) else { return [Self.typeFault(of: value, type)] }
        if let choices, !choices.contains(where: { Self.isEqual($0, value) }) {
            return ["must be \(choices.count == 1 ? "" : "one of ")\(choices.map(\.plainText).joined(separator: ", "))"]
        }
        switch value {
        case .string(let text): return self.faults(of: text)
        default: return ParameterNumber(value).map(self.faults(of:)) ?? []
        }
    }

    private static func typeFault(of value: JSONValue, _ type: ParameterType) -> String {
        guard type == .integer, case .number(let number) = value else {
            return "must be \(type.title), not \(value.kindTitle)"
        }
        return number == number.rounded()
            ? "must be a whole number of at most 64 bits" : "must be a whole number, not \(number)"
    }

    /// The value in canonical form: `4.0` of an integer becomes 4, so that it is rendered without a fraction.
    func normalized(_ value: JSONValue) -> JSONValue {
        guard self.type == .integer, let integer = value.integer else { return value }
        return .integer(integer)
    }

    /// Whether two values are equal in JSON Schema's sense, where 1 equals 1.0.
    private static func isEqual(_ left: JSONValue, _ right: JSONValue) -> Bool {
        guard let left = ParameterNumber(left), let right = ParameterNumber(right) else { return left == right }
        return left == right
    }

    private func faults(of text: String) -> [String] {
        var faults: [String] = []
        // Arguments and environment variables cannot contain it.
        if text.holdsNUL { faults.append("must not contain a NUL character") }
        let length = text.codePointCount
        if let minLength, length < minLength {
            faults.append("must have \(minLength) character\(minLength == 1 ? "" : "s") or more, has \(length)")
        }
        if let maxLength, length > maxLength {
            faults.append("must have \(maxLength) characters or fewer, has \(length)")
            // Patterns are not applied to texts that are too long, as that may be slow.
            return faults
        }
        if let fault = self.pattern.flatMap({ Self.fault(of: text, under: $0) }) { faults.append(fault) }
        return faults
    }

    /// The pattern of every prompt has its own message, and no regular expression to be compiled for each task.
    private static func fault(of text: String, under pattern: String) -> String? {
        if pattern == Self.notBlank { return text.isBlank ? "must not be blank" : nil }
        guard let regex = Self.regex(pattern), text.firstMatch(of: regex) == nil else { return nil }
        return "must match \(pattern)"
    }

    /// Matches a text that is not blank.
    private static let notBlank = #"\S"#

    private func faults(of number: ParameterNumber) -> [String] {
        var faults: [String] = []
        if let minimum, number < minimum { faults.append("must be \(minimum) or more") }
        if let maximum, number > maximum { faults.append("must be \(maximum) or less") }
        if let exclusiveMinimum, number <= exclusiveMinimum { faults.append("must be more than \(exclusiveMinimum)") }
        if let exclusiveMaximum, number >= exclusiveMaximum { faults.append("must be less than \(exclusiveMaximum)") }
        if let multipleOf, !number.isMultiple(of: multipleOf) { faults.append("must be a multiple of \(multipleOf)") }
        if let step, let minimum, number >= minimum, !number.isMultiple(of: step, from: minimum) {
            faults.append("must be \(minimum) plus a multiple of \(step)\(Self.neighbours(of: number, step, minimum))")
        }
        return faults
    }

    /// The nearest allowed values, as a hint.
    private static func neighbours(
        of number: ParameterNumber,
        _ step: ParameterNumber,
        _ minimum: ParameterNumber
    ) -> String {
        guard case (.integer(let number), .integer(let step), .integer(let minimum)) = (number, step, minimum) else {
            return ""
        }
        let below = Int128(number) - (Int128(number) - Int128(minimum)) % Int128(step)
        return ", such as \(below) or \(below + Int128(step))"
    }

    /// The pattern as a regular expression over code points, as in JSON Schema; nil when it is invalid.
    static func regex(_ pattern: String) -> Regex<AnyRegexOutput>? {
        (try? Regex(pattern))?.matchingSemantics(.unicodeScalar)
    }
}

extension JSONValue {
    /// The rendering of a placeholder within text: a string unchanged, anything else as JSON.
    var plainText: String { self.string ?? self.text }

    /// The name of its type in a fault.
    fileprivate var kindTitle: String {
        switch self {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .integer, .number: "a number"
        case .string: "a string"
        case .array: "a list"
        case .object: "an object"
        }
    }
}
