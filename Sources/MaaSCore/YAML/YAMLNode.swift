/// A node of a YAML document: its content, tag and position.
///
/// Aliases are expanded: each is replaced by the node it refers to, with the original's position.
package struct YAMLNode: Sendable, Hashable {
    package enum Content: Sendable, Hashable {
        case scalar(YAMLScalar)
        case sequence([YAMLNode])
        case mapping([YAMLEntry])
    }

    package var content: Content
    /// The resolved tag (`tag:yaml.org,2002:str` for `!!str`); nil when there is none.
    package var tag: String?
    package var position: YAMLPosition

    package init(_ content: Content, tag: String? = nil, position: YAMLPosition = .start) {
        self.content = content
        self.tag = tag
        self.position = position
    }

    package var scalar: YAMLScalar? {
        guard case .scalar(let scalar) = self.content else { return nil }
        return scalar
    }

    package var sequence: [YAMLNode]? {
        guard case .sequence(let items) = self.content else { return nil }
        return items
    }

    package var mapping: [YAMLEntry]? {
        guard case .mapping(let entries) = self.content else { return nil }
        return entries
    }

    /// The value under `key`, if this is a mapping that has it.
    package subscript(key: String) -> YAMLNode? {
        self.mapping?.first { $0.key.text == key }?.value
    }

    /// The kind of node, for fault messages.
    package var kindName: String {
        switch self.content {
        case .scalar: "a single value"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}
