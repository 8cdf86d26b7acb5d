package import MaaSCore

/// A typed view of one kind of object, limited to what is used here.
package protocol KubernetesResource: Sendable {
    static var kind: ResourceKind { get }
    var metadata: ObjectMetadata { get }
    /// Parses an object. Missing values take Kubernetes' defaults: the server has validated it.
    init(_ object: JSONValue)
}
