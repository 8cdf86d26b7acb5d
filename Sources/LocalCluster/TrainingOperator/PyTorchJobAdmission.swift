internal import MaaSCore

/// The rules of the operator's validating webhook for a PyTorchJob, and those of its CRD.
///
/// After `pkg/webhooks/pytorch/pytorchjob_webhook.go` of release 1.9.
enum PyTorchJobAdmission {
    /// The name of the webhook in its rejections.
    static let webhook = "validator.pytorchjob.training-operator.kubeflow.org"

    /// Of the run policy, with their formats.
    private static let numbers = [
        ("activeDeadlineSeconds", "int64"), ("backoffLimit", "int32"), ("ttlSecondsAfterFinished", "int32"),
    ]

    /// Checks a job to be created or changed; throws like the API server.
    static func check(_ job: JSONValue) throws(APIStatus) {
        guard case .object(let specs) = job[path: "spec", "pytorchReplicaSpecs"] ?? .null else {
            throw APIStatus.invalid(
                .pyTorchJobs,
                name: job.name,
                [.required("spec.pytorchReplicaSpecs", "Required value")]
            )
        }
        let faults = Self.schemaFaults(job, specs)
        guard faults.isEmpty else { throw APIStatus.invalid(.pyTorchJobs, name: job.name, faults) }
        let refusals = Self.webhookFaults(job, specs)
        guard refusals.isEmpty else {
            let list = refusals.map(\.description)
            throw APIStatus(
                .forbidden,
                "admission webhook \"\(Self.webhook)\" denied the request: "
                    + (list.count == 1 ? list[0] : "[\(list.joined(separator: ", "))]")
            )
        }
    }

    /// Violations of the CRD's schema.
    private static func schemaFaults(_ job: JSONValue, _ specs: [String: JSONValue]) -> [FieldFault] {
        var faults: [FieldFault] = []
        if let perNode = job[path: "spec", "nprocPerNode"], job.string(at: "spec", "nprocPerNode") == nil {
            faults.append(.invalid("spec.nprocPerNode", "\"\(perNode)\"", "must be of type string"))
        }
        for (name, spec) in specs.sorted(by: { $0.key < $1.key }) {
            let field = "spec.pytorchReplicaSpecs.\(name)"
            if spec[path: "replicas"] != nil, spec.integer(at: "replicas") == nil {
                faults.append(.invalid("\(field).replicas", "\"\"", "must be of type integer"))
            }
            let pod = spec[path: "template", "spec"] ?? .null
            faults += ContainerRules.typeFaults(in: pod, field: "\(field).template.spec")
        }
        for (name, format) in Self.numbers {
            guard let value = job[path: "spec", "runPolicy", name] else { continue }
            let number = job.integer(at: "spec", "runPolicy", name)
            if let number, format == "int64" || Int32(exactly: number) != nil { continue }
            faults.append(
                .invalid("spec.runPolicy.\(name)", "\(value)", "must be of type integer with format \(format)")
            )
        }
        if let policy = job.string(at: "spec", "runPolicy", "cleanPodPolicy"),
            !["None", "Running", "All"].contains(policy)
        {
            faults.append(
                .notSupported("spec.runPolicy.cleanPodPolicy", policy, supported: ["All", "None", "Running"])
            )
        }
        return faults
    }

    private static func webhookFaults(_ job: JSONValue, _ specs: [String: JSONValue]) -> [FieldFault] {
        var faults: [FieldFault] = []
        if let why = DNSName.labelFault(in: job.name) {
            faults.append(.invalid("metadata.name", "\"\(job.name)\"", why))
        }
        if let manager = job.string(at: "spec", "runPolicy", "managedBy") {
            let supported = ["kubeflow.org/training-operator", "kueue.x-k8s.io/multikueue"]
            if !supported.contains(manager) {
                faults.append(.notSupported("spec.runPolicy.managedBy", manager, supported: supported))
            }
        }
        for (name, spec) in specs.sorted(by: { $0.key < $1.key }) {
            let field = "spec.pytorchReplicaSpecs[\(name)]"
            guard let type = ReplicaType(rawValue: name) else {
                faults.append(.notSupported(field, name, supported: ReplicaType.allCases.map(\.rawValue)))
                continue
            }
            faults += Self.replicaFaults(spec, type, field)
        }
        if job[path: "spec", "elasticPolicy"] != nil {
            faults.append(.forbidden("spec.elasticPolicy", "elastic jobs are not supported by this cluster"))
        }
        return faults
    }

    private static func replicaFaults(_ spec: JSONValue, _ type: ReplicaType, _ field: String) -> [FieldFault] {
        var faults: [FieldFault] = []
        let replicas = spec.integer(at: "replicas")
        switch type {
        case .master where replicas != 1:
            // A missing value is rejected as well, although a default is documented.
            faults.append(.forbidden("\(field).replicas", "must be 1"))
        case .worker where (replicas ?? 1) < 1:
            faults.append(.forbidden("\(field).replicas", "must be at least 1"))
        default: break
        }
        let containers = spec.elements(at: "template", "spec", "containers")
        if containers.isEmpty {
            faults.append(.required("\(field).template.spec.containers", "must be specified"))
            return faults
        }
        for (index, container) in containers.enumerated() where (container.string(at: "image") ?? "").isEmpty {
            faults.append(.required("\(field).template.spec.containers[\(index)].image", "must be required"))
        }
        if !containers.contains(where: { $0.string(at: "name") == "pytorch" }) {
            faults.append(
                .required("\(field).template.spec.containers", "must have at least one container with name pytorch")
            )
        }
        return faults
    }
}
