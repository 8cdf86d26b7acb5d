extension ParameterDefinition: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        if reader.node("type") == nil { reader.fault("type", "is missing") }
        reader.read("type", into: &self.type, as: .choice)
        self.readNumbers(from: reader)
        self.readLengths(from: reader)
        self.readChoices(from: reader)
        self.readAnnotations(from: reader)  // Last: examples are checked against all of the above.
        reader.read(json: "default", into: &self.fallback)
        if let fallback {
            for fault in self.faults(of: fallback) { reader.fault("default", fault) }
        }
    }

    /// Keys used only by the page: their types are checked, and the schema keeps them.
    private func readAnnotations(from reader: ConfigurationReader) {
        var text = ""
        reader.read("title", into: &text, as: .text)
        reader.read("description", into: &text, as: .text)
        var examples: [JSONValue]?
        reader.read(jsonList: "examples", into: &examples)
        for example in examples ?? [] {
            for fault in self.faults(of: example) { reader.fault("examples", fault) }
        }
        _ = reader.annotations()
    }

    private mutating func readNumbers(from reader: ConfigurationReader) {
        self.read("minimum", into: &self.minimum, from: reader)
        self.read("maximum", into: &self.maximum, from: reader)
        self.read("exclusiveMinimum", into: &self.exclusiveMinimum, from: reader)
        self.read("exclusiveMaximum", into: &self.exclusiveMaximum, from: reader)
        self.read("multipleOf", into: &self.multipleOf, from: reader)
        self.read("x-step", into: &self.step, from: reader)
        for (key, number) in [("multipleOf", self.multipleOf), ("x-step", self.step)] {
            if let number, number <= .integer(0) { reader.fault(key, "must be more than 0") }
        }
        if self.step != nil, self.minimum == nil {
            reader.fault("x-step", "needs minimum: that is where the steps begin")
        }
        if let minimum, let maximum, minimum > maximum { reader.fault("maximum", "must not be less than minimum") }
    }

    private func read(_ key: String, into number: inout ParameterNumber?, from reader: ConfigurationReader) {
        var value: JSONValue?
        reader.read(json: key, into: &value)
        guard let value else { return }
        number = ParameterNumber(value)
        if number == nil { reader.fault(key, "must be a number") }
        if let type, type != .integer, type != .number {
            reader.fault(key, "is for numbers, and the type is \(type.rawValue)")
        }
    }

    private mutating func readLengths(from reader: ConfigurationReader) {
        reader.read("minLength", into: &self.minLength, as: .integer(0...1_000_000))
        reader.read("maxLength", into: &self.maxLength, as: .integer(0...1_000_000))
        reader.read("pattern", into: &self.pattern, as: .text)
        if let minLength, let maxLength, minLength > maxLength {
            reader.fault("maxLength", "must not be less than minLength")
        }
        if let pattern, Self.regex(pattern) == nil { reader.fault("pattern", "is not a regular expression") }
        if let type, type != .string {
            let keys = [
                ("minLength", self.minLength != nil), ("maxLength", self.maxLength != nil),
                ("pattern", self.pattern != nil),
            ]
            for (key, isSet) in keys where isSet {
                reader.fault(key, "is for strings, and the type is \(type.rawValue)")
            }
        }
    }

    private mutating func readChoices(from reader: ConfigurationReader) {
        var constant: JSONValue?
        reader.read(jsonList: "enum", into: &self.choices)
        reader.read(json: "const", into: &constant)
        if self.choices?.isEmpty == true { reader.fault("enum", "must not be empty") }
        let key = constant == nil ? "enum" : "const"
        self.choices = constant.map { [$0] } ?? self.choices
        guard let type else { return }
        for choice in self.choices ?? [] where !type.includes(choice) {
            reader.fault(key, "\(choice.plainText) is not \(type.title), as the type says")
        }
    }
}
