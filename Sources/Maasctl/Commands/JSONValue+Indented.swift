internal import MaaSCore

extension JSONValue {
    /// A readable form: one member per line, sorted by name.
    var indented: String { self.lines(indent: "") }

    private func lines(indent: String) -> String {
        let inner = indent + "  "
        switch self {
        case .object(let members) where !members.isEmpty:
            let lines = members.sorted { $0.key < $1.key }.map { name, value in
                "\(inner)\(JSONValue.string(name).text): \(value.lines(indent: inner))"
            }
            return "{\n\(lines.joined(separator: ",\n"))\n\(indent)}"
        case .array(let items) where !items.isEmpty:
            let lines = items.map { inner + $0.lines(indent: inner) }
            return "[\n\(lines.joined(separator: ",\n"))\n\(indent)]"
        default:
            return self.text
        }
    }
}
