/// What a URL names: a kind, perhaps in one namespace, perhaps one object of it, perhaps one of its subresources.
struct ResourcePath: Sendable, Hashable {
    let kind: ResourceKind
    /// nil means all namespaces, or a kind that has none.
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
        // `namespaces/x` is an object itself; with a kind after it, it is where that kind's objects are.
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
        // One object of a namespaced kind is found in a namespace only.
        if self.name != nil, kind.isNamespaced, namespace == nil { return nil }
    }

    /// The key of the object, if the path names one.
    var key: ResourceKey? {
        self.name.map { ResourceKey(self.kind, namespace: self.namespace ?? "", name: $0) }
    }
}
