package import MaaSCore

/// The metadata that every object has.
package struct ObjectMetadata: Sendable, Hashable {
    package let name: String
    package let namespace: String?
    package let uid: String
    /// Opaque: passed back, never compared by order.
    package let resourceVersion: String
    package let labels: [String: String]
    package let annotations: [String: String]
    package let createdAt: Timestamp?
    /// Since when the object is being deleted.
    package let deletedAt: Timestamp?
    /// The uid of the owner that controls it.
    package let controllerUID: String?

    package init(_ object: JSONValue) {
        let metadata = object["metadata"]
        self.name = metadata?["name"]?.string ?? ""
        self.namespace = metadata?["namespace"]?.string
        self.uid = metadata?["uid"]?.string ?? ""
        self.resourceVersion = metadata?["resourceVersion"]?.string ?? ""
        self.labels = metadata?["labels"]?.object?.compactMapValues(\.string) ?? [:]
        self.annotations = metadata?["annotations"]?.object?.compactMapValues(\.string) ?? [:]
        self.createdAt = metadata?["creationTimestamp"]?.string.flatMap { Timestamp($0) }
        self.deletedAt = metadata?["deletionTimestamp"]?.string.flatMap { Timestamp($0) }
        self.controllerUID =
            metadata?["ownerReferences"]?.array?.first { $0["controller"]?.bool == true }?["uid"]?.string
    }
}
