internal import KubernetesClient
internal import MaaSCore

/// A kind of which a cluster takes many without acting on them.
struct NamespacedService: KubernetesResource {
    static let kind = ResourceKind(root: "/api/v1", plural: "services", isNamespaced: true)
    let metadata: ObjectMetadata

    init(_ object: JSONValue) { self.metadata = ObjectMetadata(object) }
}
