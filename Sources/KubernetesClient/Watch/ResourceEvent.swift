/// An event of a ``ResourceWatcher``.
package enum ResourceEvent<Resource: KubernetesResource>: Sendable {
    /// The complete list: objects not in it are gone.
    case replaced([Resource])
    /// New or modified.
    case changed(Resource)
    /// Gone; holds its last state.
    case deleted(Resource)
}
