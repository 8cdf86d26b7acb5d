extension JSONValue {
    /// The value of a node by YAML 1.2's core schema: quoted scalars are strings, and keys are their text.
    package init(yaml node: YAMLNode) throws(YAMLError) {
        switch node.content {
        case .scalar(let scalar):
            self = try YAMLCoreSchema.value(of: scalar, tag: node.tag, at: node.position)
        case .sequence(let items):
            var elements: [JSONValue] = []
            for item in items { elements.append(try JSONValue(yaml: item)) }
            self = .array(elements)
        case .mapping(let entries):
            var members: [String: JSONValue] = [:]
            for entry in entries { members[entry.key.text] = try JSONValue(yaml: entry.value) }
            self = .object(members)
        }
    }
}
