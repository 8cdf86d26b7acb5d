/// One node of a YAML document: what it holds, what it is tagged as, where it stands.
///
/// Aliases are gone: a node an alias named stands in its place, with the position of the original.
package struct YAMLNode: Sendable, Hashable {
    package enum Content: Sendable, Hashable {
        case scalar(YAMLScalar)
        case sequence([YAMLNode])
        case mapping([YAMLEntry])
    }

    package var content: Content
    /// The tag as written and resolved (`tag:yaml.org,2002:str` for `!!str`), nil when there is none.
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

    /// What kind of node this is, as a fault message names it.
    package var kindName: String {
        switch self.content {
        case .scalar: "a single value"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}
