package import MaaSCore

/// A typed view of one kind of object: only what is read here.
package protocol KubernetesResource: Sendable {
    static var kind: ResourceKind { get }
    var metadata: ObjectMetadata { get }
    /// Reads an object. What is missing is taken as Kubernetes' default: the server has checked it.
    init(_ object: JSONValue)
}
