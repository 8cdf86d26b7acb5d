internal import MaaSCore

/// The members a document may have, for `fieldValidation=Strict`.
///
/// Checks the levels where mistakes are likely: the document, the job, its replicas, its pods and their containers.
enum KnownFields {
    /// The paths of unknown members, in order.
    static func unknown(in object: JSONValue, kind: ResourceKind) -> [String] {
        var unknown: [String] = []
        guard [.pyTorchJobs, .jobs, .pods].contains(kind) else { return [] }
        Self.collect(object, ["apiVersion", "kind", "metadata", "spec", "status"], at: "", into: &unknown)
        if let metadata = object["metadata"] { Self.collect(metadata, Self.metadata, at: "metadata", into: &unknown) }
        guard let spec = object["spec"] else { return unknown }
        if kind == .pods {
            Self.collectPod(spec, at: "spec", into: &unknown)
            return unknown
        }
        if kind == .jobs {
            Self.collect(spec, Self.batchJobSpec, at: "spec", into: &unknown)
            if let template = spec["template"] { Self.collectTemplate(template, at: "spec.template", into: &unknown) }
            return unknown
        }
        Self.collect(
            spec,
            ["elasticPolicy", "nprocPerNode", "pytorchReplicaSpecs", "runPolicy"],
            at: "spec",
            into: &unknown
        )
        if let policy = spec["runPolicy"] { Self.collect(policy, Self.runPolicy, at: "spec.runPolicy", into: &unknown) }
        for (name, replica) in spec.members(at: "pytorchReplicaSpecs").sorted(by: { $0.key < $1.key }) {
            let path = "spec.pytorchReplicaSpecs.\(name)"
            Self.collect(replica, ["replicas", "restartPolicy", "template"], at: path, into: &unknown)
            if let template = replica["template"] {
                Self.collectTemplate(template, at: "\(path).template", into: &unknown)
            }
        }
        return unknown
    }

    private static func collectTemplate(_ template: JSONValue, at path: String, into unknown: inout [String]) {
        Self.collect(template, ["metadata", "spec"], at: path, into: &unknown)
        if let metadata = template["metadata"] {
            Self.collect(metadata, Self.metadata, at: "\(path).metadata", into: &unknown)
        }
        if let pod = template["spec"] { Self.collectPod(pod, at: "\(path).spec", into: &unknown) }
    }

    private static func collectPod(_ spec: JSONValue, at path: String, into unknown: inout [String]) {
        Self.collect(spec, Self.podSpec, at: path, into: &unknown)
        for list in ["containers", "initContainers"] {
            for (index, item) in spec.elements(at: list).enumerated() {
                Self.collect(item, Self.container, at: "\(path).\(list)[\(index)]", into: &unknown)
            }
        }
    }

    private static func collect(
        _ object: JSONValue,
        _ known: Set<String>,
        at path: String,
        into unknown: inout [String]
    ) {
        for name in (object.object ?? [:]).keys.sorted() where !known.contains(name) {
            unknown.append(path.isEmpty ? name : "\(path).\(name)")
        }
    }

    private static let metadata: Set<String> = [
        "annotations", "creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "finalizers",
        "generateName", "generation", "labels", "managedFields", "name", "namespace", "ownerReferences",
        "resourceVersion", "selfLink", "uid",
    ]

    private static let runPolicy: Set<String> = [
        "activeDeadlineSeconds", "backoffLimit", "cleanPodPolicy", "managedBy", "schedulingPolicy", "suspend",
        "ttlSecondsAfterFinished",
    ]

    private static let batchJobSpec: Set<String> = [
        "activeDeadlineSeconds", "backoffLimit", "backoffLimitPerIndex", "completionMode", "completions",
        "manualSelector", "maxFailedIndexes", "parallelism", "podFailurePolicy", "podReplacementPolicy", "selector",
        "suspend", "template", "ttlSecondsAfterFinished",
    ]

    private static let podSpec: Set<String> = [
        "activeDeadlineSeconds", "affinity", "automountServiceAccountToken", "containers", "dnsConfig", "dnsPolicy",
        "enableServiceLinks", "ephemeralContainers", "hostAliases", "hostIPC", "hostNetwork", "hostPID", "hostUsers",
        "hostname", "imagePullSecrets", "initContainers", "nodeName", "nodeSelector", "os", "overhead",
        "preemptionPolicy", "priority", "priorityClassName", "readinessGates", "resourceClaims", "restartPolicy",
        "runtimeClassName", "schedulerName", "schedulingGates", "securityContext", "serviceAccount",
        "serviceAccountName", "setHostnameAsFQDN", "shareProcessNamespace", "subdomain",
        "terminationGracePeriodSeconds", "tolerations", "topologySpreadConstraints", "volumes",
    ]

    private static let container: Set<String> = [
        "args", "command", "env", "envFrom", "image", "imagePullPolicy", "lifecycle", "livenessProbe", "name", "ports",
        "readinessProbe", "resizePolicy", "resources", "restartPolicy", "securityContext", "startupProbe", "stdin",
        "stdinOnce", "terminationMessagePath", "terminationMessagePolicy", "tty", "volumeDevices", "volumeMounts",
        "workingDir",
    ]
}
