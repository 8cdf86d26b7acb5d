/// What one parameter may be: a property of a template's JSON Schema.
///
/// The subset: `type enum const default minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength
/// pattern`, `title description examples` and every `x-…` for the page, and `x-step`: only `minimum`, `minimum + x-step`,
/// `minimum + 2 × x-step`, … are allowed, which is what `step` of an HTML number field means.
struct ParameterDefinition: Sendable, Hashable {
    var type = ParameterType.string
    /// Filled in where a task leaves the parameter out.
    var fallback: JSONValue?
    /// The only values allowed, from `enum` or `const`.
    var choices: [JSONValue]?

    var minimum: ParameterNumber?
    var maximum: ParameterNumber?
    var exclusiveMinimum: ParameterNumber?
    var exclusiveMaximum: ParameterNumber?
    var multipleOf: ParameterNumber?
    var step: ParameterNumber?

    /// In Unicode code points, as JSON Schema counts.
    var minLength: Int?
    var maxLength: Int?
    /// Compiled anew for each use, because `Regex` is not `Sendable`. Matches anywhere, as in JSON Schema.
    var pattern: String?

    init() {}

    /// Whether every value that is allowed is a whole number of at least `least`.
    func isInteger(atLeast least: Int64) -> Bool {
        guard self.type == .integer else { return false }
        if let choices { return choices.allSatisfy { ($0.integer ?? .min) >= least } }
        return [self.minimum, self.exclusiveMinimum].contains { $0.map { $0 >= .integer(least) } ?? false }
    }
}
