/// A job as it is sent to Kubernetes.
package struct RenderedJob: Sendable, Hashable {
    /// The object's `metadata.name`.
    package var name: String
    package var resource: JobResource
    package var object: JSONValue
    /// What it asks of the cluster.
    package var replicas: [JobReplica]

    package init(name: String, resource: JobResource, object: JSONValue, replicas: [JobReplica]) {
        self.name = name
        self.resource = resource
        self.object = object
        self.replicas = replicas
    }

    /// GPUs of all its pods together.
    package var gpus: Int { self.replicas.reduce(0) { $0 + $1.gpus } }
}
