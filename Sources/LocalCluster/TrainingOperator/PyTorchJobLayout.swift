internal import MaaSCore

/// The pods and services of a PyTorchJob, with the labels and the environment that the operator adds.
struct PyTorchJobLayout: Sendable {
    /// Labels that the operator sets on everything it creates.
    enum Label {
        static let operatorName = "training.kubeflow.org/operator-name"
        static let jobName = "training.kubeflow.org/job-name"
        static let jobRole = "training.kubeflow.org/job-role"
        static let replicaType = "training.kubeflow.org/replica-type"
        static let replicaIndex = "training.kubeflow.org/replica-index"
    }

    /// One pod of the job.
    struct Replica: Sendable, Hashable {
        let type: ReplicaType
        let index: Int
        /// `<job>-<role>-<index>`: the name of the pod and of its service.
        let name: String
        /// A warning about a restart policy that is not supported here; nil for `Never`.
        let policyNote: EventNote?
    }

    let replicas: [Replica]
    /// The roles in the job, the master first.
    let types: [ReplicaType]
    private let job: JSONValue
    private let port: Int

    init(_ job: JSONValue) {
        self.job = job
        let specs = job.members(at: "spec", "pytorchReplicaSpecs")
        self.types = ReplicaType.allCases.filter { specs[$0.rawValue] != nil }
        self.replicas = self.types.flatMap { type in
            let spec = specs[type.rawValue] ?? .null
            let policy = spec.string(at: "restartPolicy") ?? "OnFailure"
            return (0..<(spec.integer(at: "replicas") ?? 1)).map { index in
                Replica(
                    type: type,
                    index: index,
                    name: "\(job.name)-\(type.lowercased)-\(index)",
                    policyNote: policy == "Never" || index > 0
                        ? nil
                        : .warning(
                            "SetPodTemplateRestartPolicy",
                            "restartPolicy \(policy) of \(type.rawValue) is treated as Never: this cluster restarts no container"
                        )
                )
            }
        }
        let ports = specs[ReplicaType.master.rawValue]?.elements(at: "template", "spec", "containers")
            .flatMap { $0.elements(at: "ports") }
        self.port = ports?.first { $0.string(at: "name") == "pytorchjob-port" }?.integer(at: "containerPort") ?? 23456
    }

    /// The pod of one replica.
    func pod(for replica: Replica) -> JSONValue {
        let template = self.job[path: "spec", "pytorchReplicaSpecs", replica.type.rawValue, "template"] ?? .object([:])
        var pod: JSONValue = .object(["metadata": template[path: "metadata"] ?? .object([:])])
        pod[path: "spec"] = template[path: "spec"]
        pod[path: "metadata", "name"] = .string(replica.name)
        pod[path: "metadata", "ownerReferences"] = self.ownerReferences
        for (key, value) in self.labels(of: replica) { pod[path: "metadata", "labels", key] = .string(value) }
        pod[path: "spec", "restartPolicy"] = .string("Never")
        let variables = self.environment(of: replica)
        for list in ["initContainers", "containers"] where pod[path: "spec", list] != nil {
            let containers = pod.elements(at: "spec", list).map { container in
                var container = container
                // The operator's variables come last, so that they win over the job's own of the same name.
                container[path: "env"] = .array(container.elements(at: "env") + variables)
                return container
            }
            pod[path: "spec", list] = .array(containers)
        }
        return pod
    }

    /// The headless service of one replica; only its name matters here, as the master's address.
    func service(for replica: Replica) -> JSONValue {
        let labels = JSONValue.object(self.labels(of: replica).mapValues { .string($0) })
        return .object([
            "metadata": .object([
                "name": .string(replica.name), "labels": labels, "ownerReferences": self.ownerReferences,
            ]),
            "spec": .object([
                "clusterIP": .string("None"),
                "selector": labels,
                "ports": .array([.object(["name": .string("pytorchjob-port"), "port": .integer(Int64(self.port))])]),
            ]),
        ])
    }

    private var ownerReferences: JSONValue {
        .array([
            .object([
                "apiVersion": .string(ResourceKind.pyTorchJobs.apiVersion),
                "kind": .string(ResourceKind.pyTorchJobs.kind),
                "name": .string(self.job.name),
                "uid": .string(self.job.uid),
                "controller": .bool(true),
                "blockOwnerDeletion": .bool(true),
            ])
        ])
    }

    private func labels(of replica: Replica) -> [String: String] {
        var labels = [
            Label.operatorName: "pytorchjob-controller",
            Label.jobName: self.job.name,
            Label.replicaType: replica.type.lowercased,
            Label.replicaIndex: "\(replica.index)",
        ]
        if replica.type == .master { labels[Label.jobRole] = "master" }
        return labels
    }

    /// The variables of `pkg/controller.v1/pytorch/envvar.go`; elastic jobs are not supported.
    private func environment(of replica: Replica) -> [JSONValue] {
        let perNode = self.job.string(at: "spec", "nprocPerNode") ?? "auto"
        let rank = replica.type == .master ? 0 : replica.index + 1
        let variables = [
            ("PYTHONUNBUFFERED", "1"),
            ("MASTER_PORT", "\(self.port)"),
            ("PET_MASTER_PORT", "\(self.port)"),
            ("MASTER_ADDR", "\(self.job.name)-master-0"),
            ("PET_MASTER_ADDR", "\(self.job.name)-master-0"),
            // With "auto" it counts nodes, not processes. Too large a product wraps, as in Go.
            ("WORLD_SIZE", "\(self.replicas.count &* (Int(perNode) ?? 1))"),
            ("RANK", "\(rank)"),
            ("PET_NODE_RANK", "\(rank)"),
            ("PET_NPROC_PER_NODE", perNode),
            ("PET_NNODES", "\(self.replicas.count)"),
        ]
        return variables.map { .object(["name": .string($0.0), "value": .string($0.1)]) }
    }
}
