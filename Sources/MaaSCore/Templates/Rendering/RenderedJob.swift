/// A job as it is sent to Kubernetes.
package struct RenderedJob: Sendable, Hashable {
    /// The object's `metadata.name`.
    package var name: String
    package var object: JSONValue
    package var demand: JobDemand

    package init(name: String, object: JSONValue, demand: JobDemand) {
        self.name = name
        self.object = object
        self.demand = demand
    }

    /// GPUs of all its pods together.
    package var gpus: Int { demand.gpus }
}
