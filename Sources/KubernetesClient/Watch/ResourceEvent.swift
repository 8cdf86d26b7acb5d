/// What a ``ResourceWatcher`` tells.
package enum ResourceEvent<Resource: KubernetesResource>: Sendable {
    /// These are all there are: what is not among them is gone.
    case replaced([Resource])
    /// New, or different.
    case changed(Resource)
    /// Gone; as it was last.
    case deleted(Resource)
}
