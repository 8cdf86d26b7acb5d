/// All objects of a kind at one moment.
package struct ResourceList<Resource: KubernetesResource>: Sendable {
    package let items: [Resource]
    /// From where a watch goes on.
    package let resourceVersion: String
}
