/// A kind of object served by this cluster, with its names in URLs and documents.
struct ResourceKind: Sendable, Hashable {
    /// API group; empty for the core group.
    let group: String
    /// API version within the group.
    let version: String
    /// Name in URLs: `pods`.
    let plural: String
    /// Singular name: `pod`.
    let singular: String
    /// Name in documents: `Pod`.
    let kind: String
    /// Whether objects of this kind live in a namespace.
    let isNamespaced: Bool
    /// Abbreviations accepted by kubectl.
    let shortNames: [String]
    /// Subresources served.
    let subresources: [String]

    /// Value of `apiVersion` in documents.
    var apiVersion: String { self.group.isEmpty ? self.version : "\(self.group)/\(self.version)" }

    /// The name in messages and in `Status.details`: `pods`, `pytorchjobs.kubeflow.org`.
    var qualifiedPlural: String { self.group.isEmpty ? self.plural : "\(self.plural).\(self.group)" }
}

extension ResourceKind {
    static let namespaces = core("namespaces", "namespace", "Namespace", namespaced: false, ["ns"])
    static let nodes = core("nodes", "node", "Node", namespaced: false, ["no"], ["status"])
    static let pods = core("pods", "pod", "Pod", ["po"], ["status", "log"])
    static let services = core("services", "service", "Service", ["svc"])
    static let events = core("events", "event", "Event", ["ev"])
    static let pyTorchJobs = ResourceKind(
        group: "kubeflow.org",
        version: "v1",
        plural: "pytorchjobs",
        singular: "pytorchjob",
        kind: "PyTorchJob",
        isNamespaced: true,
        shortNames: [],
        subresources: ["status"]
    )

    static let jobs = ResourceKind(
        group: "batch",
        version: "v1",
        plural: "jobs",
        singular: "job",
        kind: "Job",
        isNamespaced: true,
        shortNames: [],
        subresources: ["status"]
    )

    /// All kinds served, in the order of discovery.
    static let all = [namespaces, nodes, pods, services, events, jobs, pyTorchJobs]

    /// Finds a kind by its group, version and plural in a URL.
    static func named(_ plural: String, group: String, version: String) -> ResourceKind? {
        Self.all.first { $0.plural == plural && $0.group == group && $0.version == version }
    }

    private static func core(
        _ plural: String,
        _ singular: String,
        _ kind: String,
        namespaced: Bool = true,
        _ shortNames: [String],
        _ subresources: [String] = []
    ) -> ResourceKind {
        ResourceKind(
            group: "",
            version: "v1",
            plural: plural,
            singular: singular,
            kind: kind,
            isNamespaced: namespaced,
            shortNames: shortNames,
            subresources: subresources
        )
    }
}
