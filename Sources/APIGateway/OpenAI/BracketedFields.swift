internal import MaaSCore

/// Converts form fields to JSON: `a[b]=1` is a member of `a`, `a[]=2` appends an element.
///
/// OpenAI's client encodes nested values this way in forms.
struct BracketedFields {
    private(set) var members: [String: JSONValue] = [:]

    /// The deepest nesting.
    private static let depthLimit = 8

    mutating func add(_ name: String, _ value: String) {
        let path = Self.path(of: name)
        var root = JSONValue.object(self.members)
        Self.set(value, at: path[...], in: &root)
        self.members = root.object ?? self.members
    }

    /// `a[b][]` becomes a, b, and an empty name for a new element. A name in any other form is taken literally.
    private static func path(of name: String) -> [String] {
        guard let start = name.firstIndex(of: "["), name.hasSuffix("]"), start != name.startIndex else { return [name] }
        let inner = name[name.index(after: start)...].dropLast()
        let path =
            [String(name[..<start])] + inner.split(separator: "][", omittingEmptySubsequences: false).map(String.init)
        return path.count <= Self.depthLimit ? path : [name]
    }

    private static func set(_ value: String, at path: ArraySlice<String>, in node: inout JSONValue) {
        guard let name = path.first else {
            node = .string(value)
            return
        }
        if name.isEmpty {
            var elements = node.array ?? []
            var element = JSONValue.null
            Self.set(value, at: path.dropFirst(), in: &element)
            elements.append(element)
            node = .array(elements)
        } else {
            var member = node[name] ?? .null
            Self.set(value, at: path.dropFirst(), in: &member)
            node[name] = member
        }
    }
}
