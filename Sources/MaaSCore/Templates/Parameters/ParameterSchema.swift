/// A template's parameters: a JSON Schema of type `object` whose properties are scalars.
struct ParameterSchema: Sendable, Hashable {
    struct Property: Sendable, Hashable {
        var name: String
        var definition: ParameterDefinition
    }

    /// In the order of the file, which is the order on the page.
    var properties: [Property] = []
    var required: Set<String> = []
    /// The published schema, with `x-order` since JSON objects are unordered.
    var json: JSONValue = .object([:])

    private static let comparedNames = 100
    private static let comparedLength = 100

    init() {}

    subscript(name: String) -> ParameterDefinition? {
        self.properties.first { $0.name == name }?.definition
    }

    /// Whether a task may end up without this parameter: it is not required and has no default.
    func mayBeAbsent(_ name: String) -> Bool {
        !self.required.contains(name) && self[name]?.fallback == nil
    }

    /// The parameters of a task that gives none; those without a default are empty strings.
    var defaults: JSONValue {
        .object(Dictionary(self.properties.map { ($0.name, $0.definition.fallback ?? "") }) { first, _ in first })
    }

    /// The parameters of a task, with the defaults of those that the template did not have when it was submitted.
    func completed(_ parameters: JSONValue) -> JSONValue {
        var members = parameters.object ?? [:]
        for property in self.properties where members[property.name] == nil {
            members[property.name] = property.definition.fallback.map(property.definition.normalized)
        }
        return .object(members)
    }

    /// Validates a task's parameters and fills in the defaults.
    ///
    /// - Throws: All faults.
    func checked(_ parameters: JSONValue) throws(ParameterFaults) -> JSONValue {
        guard var members = parameters.object else {
            throw ParameterFaults([ParameterFault(path: "", message: "must be an object")])
        }
        var faults: [ParameterFault] = []
        for property in self.properties {
            if let value = members[property.name] {
                members[property.name] = property.definition.normalized(value)
                let messages = property.definition.faults(of: value)
                faults += messages.map { ParameterFault(path: property.name, message: $0) }
            } else if let fallback = property.definition.fallback {
                members[property.name] = property.definition.normalized(fallback)
            } else if self.required.contains(property.name) {
                faults.append(ParameterFault(path: property.name, message: "is required"))
            }
        }
        let names = self.properties.map(\.name)
        for name in members.keys.filter({ !names.contains($0) }).sorted() {
            // Comparing takes time, and a request can contain tens of thousands of names of any length.
            let isCompared = faults.count < Self.comparedNames && name.utf8.count <= Self.comparedLength
            let nearest = isCompared ? NearestName.find(name, among: names) : nil
            let hint = nearest.map { ": did you mean \($0)?" } ?? ""
            faults.append(ParameterFault(path: name, message: "is not a parameter of this template\(hint)"))
        }
        guard faults.isEmpty else { throw ParameterFaults(faults) }
        return .object(members)
    }
}

extension ParameterSchema: ConfigurationSection {
    mutating func read(from reader: ConfigurationReader) {
        var type = SchemaType.object
        var isOpen = false
        var text = ""
        reader.require("type", into: &type, as: .choice)
        reader.read("additionalProperties", into: &isOpen, as: .flag)
        if isOpen { reader.fault("additionalProperties", "must be false: an unknown parameter is a mistake") }
        reader.read("title", into: &text, as: .text)
        reader.read("description", into: &text, as: .text)
        _ = reader.annotations()

        var named: [(name: String, section: ParameterDefinition)] = []
        reader.read(mapping: "properties", into: &named)
        self.properties = named.map { Property(name: $0.name, definition: $0.section) }
        var names: [String] = []
        reader.read(texts: "required", into: &names)
        for name in names where self[name] == nil { reader.fault("required", "there is no property \(name)") }
        self.required = Set(names)
        for name in self.properties.map(\.name) {
            if !Placeholder.isName(name) {
                reader.fault("properties", "\(name) must be lower-case letters, digits and _, beginning with a letter")
            }
            if Placeholder.BuiltIn(rawValue: name) != nil {
                reader.fault("properties", "\(name) is the name of a built-in placeholder")
            }
        }
    }

    private enum SchemaType: String, CaseIterable {
        case object
    }
}
