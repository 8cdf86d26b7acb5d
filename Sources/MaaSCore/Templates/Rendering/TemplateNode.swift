/// A compiled template job: values replace placeholders node by node, so that no value can become structure.
enum TemplateNode: Sendable, Hashable {
    case value(JSONValue)
    /// An unquoted placeholder as the whole scalar: the value keeps its type.
    case typed(String)
    /// Text with placeholders; escaped if the kubelet expands it.
    case text(TemplateText, isExpanded: Bool)
    case sequence([TemplateNode])
    case mapping([String: TemplateNode])

    /// The rendered node, or nil when it needs a value that is absent.
    ///
    /// The nearest list drops such an item, an environment entry as a whole. The compiler ensures that there is such a
    /// list.
    func rendered(with values: [String: JSONValue]) -> JSONValue? {
        switch self {
        case .value(let value):
            return value
        case .typed(let name):
            return values[name]
        case .text(let text, let isExpanded):
            var result = ""
            for piece in text.pieces {
                switch piece {
                case .literal(let literal): result += literal
                case .placeholder(let name):
                    guard let value = values[name]?.plainText else { return nil }
                    result += isExpanded ? KubeletExpansion.escaped(value) : value
                }
            }
            return .string(result)
        case .sequence(let items):
            return .array(items.compactMap { $0.rendered(with: values) })
        case .mapping(let entries):
            var members: [String: JSONValue] = [:]
            for (key, entry) in entries {
                guard let value = entry.rendered(with: values) else { return nil }
                members[key] = value
            }
            return .object(members)
        }
    }
}
