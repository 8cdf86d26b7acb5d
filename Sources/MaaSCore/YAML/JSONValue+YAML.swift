extension JSONValue {
    /// The value of a node by YAML 1.2's core schema: quoted scalars stay texts, keys are taken by their text.
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

extension YAMLNode {
    /// The node of a value, keys sorted. A text that would read as something else is quoted.
    package init(json value: JSONValue) {
        switch value {
        case .null, .bool, .integer, .number:
            self.init(.scalar(YAMLScalar(value.text)))
        case .string(let text):
            self.init(.scalar(Self.scalar(text)))
        case .array(let elements):
            self.init(.sequence(elements.map(YAMLNode.init(json:))))
        case .object(let members):
            self.init(
                .mapping(
                    members.sorted { $0.key < $1.key }.map { key, value in
                        YAMLEntry(key: Self.scalar(key), value: YAMLNode(json: value))
                    }
                )
            )
        }
    }

    private static func scalar(_ text: String) -> YAMLScalar {
        YAMLScalar(text, style: YAMLCoreSchema.isPlainText(text) ? .plain : .doubleQuoted)
    }
}
