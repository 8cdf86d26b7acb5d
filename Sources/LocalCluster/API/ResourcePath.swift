/// A parsed URL path: a kind, with an optional namespace, object and subresource.
struct ResourcePath: Sendable, Hashable {
    let kind: ResourceKind
    /// Nil for all namespaces, or for a kind without namespaces.
    let namespace: String?
    let name: String?
    let subresource: String?

    /// Reads `/api/v1/namespaces/{ns}/pods/{name}/log` and its like; nil for any other path.
    init?(_ path: String) {
        var parts = path.split(separator: "/").map(String.init)[...]
        let group: String
        switch parts.popFirst() {
        case "api": group = ""
        case "apis": group = parts.popFirst() ?? ""
        default: return nil
        }
        guard let version = parts.popFirst() else { return nil }
        var namespace: String?
        // `namespaces/x` is an object itself; followed by a kind, it is that kind's namespace.
        if parts.first == "namespaces", parts.count > 2, !["status", "finalize"].contains(parts[parts.startIndex + 2]) {
            namespace = parts[parts.startIndex + 1]
            parts = parts.dropFirst(2)
        }
        guard let plural = parts.popFirst(), let kind = ResourceKind.named(plural, group: group, version: version)
        else {
            return nil
        }
        guard kind.isNamespaced || namespace == nil, parts.count <= 2 else { return nil }
        self.kind = kind
        self.namespace = namespace
        self.name = parts.popFirst()
        self.subresource = parts.popFirst()
        if let subresource, !kind.subresources.contains(subresource) { return nil }
        // A single object of a namespaced kind requires a namespace.
        if self.name != nil, kind.isNamespaced, namespace == nil { return nil }
    }

    /// The key of the object, if the path names one.
    var key: ResourceKey? {
        self.name.map { ResourceKey(self.kind, namespace: self.namespace ?? "", name: $0) }
    }
}
