/// A number in a schema or a parameter. Integers are compared exactly, not as floating point.
enum ParameterNumber: Sendable, Hashable, Comparable, CustomStringConvertible {
    case integer(Int64)
    case real(Double)

    init?(_ value: JSONValue) {
        switch value {
        case .integer(let integer): self = .integer(integer)
        case .number(let number):
            guard number.isFinite else { return nil }
            self = value.integer.map(Self.integer) ?? .real(number)
        default: return nil
        }
    }

    static func < (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.integer(let left), .integer(let right)): left < right
        default: left.asDouble < right.asDouble
        }
    }

    /// Whether this is `base` plus an integer multiple of `step`.
    ///
    /// Fractions are compared with a tolerance, so that 0.3 is a multiple of 0.1.
    func isMultiple(of step: Self, from base: Self = .integer(0)) -> Bool {
        if case (.integer(let value), .integer(let step), .integer(let base)) = (self, step, base) {
            return (Int128(value) - Int128(base)).isMultiple(of: Int128(step))
        }
        let quotient = (self.asDouble - base.asDouble) / step.asDouble
        return abs(quotient - quotient.rounded()) < 1e-9 * max(1, abs(quotient))
    }

    var asDouble: Double {
        switch self {
        case .integer(let value): Double(value)
        case .real(let value): value
        }
    }

    var description: String {
        switch self {
        case .integer(let value): "\(value)"
        case .real(let value): "\(value)"
        }
    }
}
