/// All objects of a kind at one moment.
package struct ResourceList<Resource: KubernetesResource>: Sendable {
    package let items: [Resource]
    /// Where a watch continues.
    package let resourceVersion: String
}
