/// The definition of one parameter: a property of a template's JSON Schema.
///
/// The supported subset: `type enum const default minimum maximum exclusiveMinimum exclusiveMaximum multipleOf
/// minLength maxLength pattern`, `title description examples` and every `x-…` for the page, and `x-step`: only
/// `minimum`, `minimum + x-step`, `minimum + 2 × x-step`, … are allowed, like the `step` of an HTML number field.
struct ParameterDefinition: Sendable, Hashable {
    /// Nil after a fault: nothing else is then held against the definition.
    var type: ParameterType?
    /// The value when a task leaves the parameter out.
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
    /// Compiled for each use, because `Regex` is not `Sendable`. Matches anywhere, as in JSON Schema.
    var pattern: String?

    init() {}

    /// Whether it has one of these types, as far as is known.
    func mayBe(_ types: ParameterType...) -> Bool { self.type.map(types.contains) ?? true }

    /// Whether every allowed value is an integer of at least `least`.
    func isInteger(atLeast least: Int64) -> Bool {
        guard let type else { return true }
        guard type == .integer else { return false }
        if let choices { return choices.allSatisfy { ($0.integer ?? .min) >= least } }
        return [self.minimum, self.exclusiveMinimum].contains { $0.map { $0 >= .integer(least) } ?? false }
    }
}
