extension ParameterDefinition: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        reader.require("type", into: &type, as: .choice)
        readAnnotations(from: reader)
        readNumbers(from: reader)
        readLengths(from: reader)
        readChoices(from: reader)
        reader.read(json: "default", into: &fallback)
        if let fallback {
            for fault in faults(of: fallback) { reader.fault("default", fault) }
        }
    }

    /// What only the page looks at: checked for being there in the right type, kept in the schema itself.
    private func readAnnotations(from reader: ConfigurationReader) {
        var text = ""
        reader.read("title", into: &text, as: .text)
        reader.read("description", into: &text, as: .text)
        var examples: [JSONValue]?
        reader.read(jsonList: "examples", into: &examples)
        for example in examples ?? [] {
            for fault in faults(of: example) { reader.fault("examples", fault) }
        }
        _ = reader.annotations()
    }

    private mutating func readNumbers(from reader: ConfigurationReader) {
        read("minimum", into: &minimum, from: reader)
        read("maximum", into: &maximum, from: reader)
        read("exclusiveMinimum", into: &exclusiveMinimum, from: reader)
        read("exclusiveMaximum", into: &exclusiveMaximum, from: reader)
        read("multipleOf", into: &multipleOf, from: reader)
        read("x-step", into: &step, from: reader)
        for (key, number) in [("multipleOf", multipleOf), ("x-step", step)] {
            if let number, number <= .integer(0) { reader.fault(key, "must be more than 0") }
        }
        if step != nil, minimum == nil { reader.fault("x-step", "needs minimum: that is where the steps begin") }
        if let minimum, let maximum, minimum > maximum { reader.fault("maximum", "must not be less than minimum") }
    }

    private func read(_ key: String, into number: inout ParameterNumber?, from reader: ConfigurationReader) {
        var value: JSONValue?
        reader.read(json: key, into: &value)
        guard let value else { return }
        number = ParameterNumber(value)
        if number == nil { reader.fault(key, "must be a number") }
        if type != .integer, type != .number { reader.fault(key, "is for numbers, and the type is \(type.rawValue)") }
    }

    private mutating func readLengths(from reader: ConfigurationReader) {
        reader.read("minLength", into: &minLength, as: .integer(0...1_000_000))
        reader.read("maxLength", into: &maxLength, as: .integer(0...1_000_000))
        reader.read("pattern", into: &pattern, as: .text)
        if let minLength, let maxLength, minLength > maxLength {
            reader.fault("maxLength", "must not be less than minLength")
        }
        if let pattern, Self.regex(pattern) == nil { reader.fault("pattern", "is not a regular expression") }
        if type != .string {
            let keys = [("minLength", minLength != nil), ("maxLength", maxLength != nil), ("pattern", pattern != nil)]
            for (key, isSet) in keys where isSet {
                reader.fault(key, "is for texts, and the type is \(type.rawValue)")
            }
        }
    }

    private mutating func readChoices(from reader: ConfigurationReader) {
        var constant: JSONValue?
        reader.read(jsonList: "enum", into: &choices)
        reader.read(json: "const", into: &constant)
        if choices?.isEmpty == true { reader.fault("enum", "must not be empty") }
        let key = constant == nil ? "enum" : "const"
        choices = constant.map { [$0] } ?? choices
        for choice in choices ?? [] where !type.includes(choice) {
            reader.fault(key, "\(choice.plainText) is not \(type.title), as the type says")
        }
    }
}
