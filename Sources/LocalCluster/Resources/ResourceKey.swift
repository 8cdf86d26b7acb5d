/// The identity of an object: its kind, its namespace (empty for cluster-scoped kinds) and its name.
struct ResourceKey: Sendable, Hashable, Comparable {
    let kind: ResourceKind
    let namespace: String
    let name: String

    init(_ kind: ResourceKind, namespace: String = "", name: String) {
        self.kind = kind
        self.namespace = namespace
        self.name = name
    }

    /// The order of lists: by namespace, then by name, as in etcd.
    static func < (left: ResourceKey, right: ResourceKey) -> Bool {
        (left.kind.qualifiedPlural, left.namespace, left.name)
            < (right.kind.qualifiedPlural, right.namespace, right.name)
    }
}
