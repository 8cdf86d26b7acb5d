/// A job ready to be sent to Kubernetes.
package struct RenderedJob: Sendable, Hashable {
    /// The object's `metadata.name`.
    package var name: String
    package var resource: JobResource
    package var object: JSONValue
    /// Its pods and their requirements.
    package var replicas: [JobReplica]

    package init(name: String, resource: JobResource, object: JSONValue, replicas: [JobReplica]) {
        self.name = name
        self.resource = resource
        self.object = object
        self.replicas = replicas
    }

    /// GPUs of all its pods.
    package var gpus: Int { self.replicas.reduce(0) { $0 + $1.gpus } }
}
