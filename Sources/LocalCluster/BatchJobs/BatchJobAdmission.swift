internal import MaaSCore

/// The API server's checks of a `batch/v1` Job, and its defaults.
enum BatchJobAdmission {
    /// Numbers of 32 bits; `activeDeadlineSeconds` has 64.
    private static let shortNumbers = ["parallelism", "completions", "backoffLimit", "ttlSecondsAfterFinished"]

    /// Throws `Invalid` with every fault, or `BadRequest` for a number that is too large. After
    /// `pkg/apis/batch/validation` of Kubernetes.
    static func check(_ job: JSONValue) throws(APIStatus) {
        for name in Self.shortNumbers {
            guard let number = job.integer(at: "spec", name), Int32(exactly: number) == nil else { continue }
            throw APIStatus(
                .badRequest,
                "Job in version \"v1\" cannot be handled as a Job: json: cannot unmarshal number \(number) into Go struct "
                    + "field JobSpec.spec.\(name) of type int32"
            )
        }
        var faults: [FieldFault] = []
        if job.name.utf8.count > 63 {
            faults.append(.invalid("metadata.name", "\"\(job.name)\"", "must be no more than 63 characters"))
        }
        for name in Self.shortNumbers + ["activeDeadlineSeconds"] {
            guard let value = job[path: "spec", name] else { continue }
            if (job.integer(at: "spec", name) ?? -1) < 0 {
                faults.append(.invalid("spec.\(name)", "\(value)", "must be greater than or equal to 0"))
            }
        }
        let mode = job.string(at: "spec", "completionMode") ?? "NonIndexed"
        if mode == "Indexed", job.integer(at: "spec", "completions") == nil {
            faults.append(.required("spec.completions", "when completion mode is Indexed"))
        } else if !["Indexed", "NonIndexed"].contains(mode) {
            faults.append(.notSupported("spec.completionMode", mode, supported: ["Indexed", "NonIndexed"]))
        }
        let policy = job.string(at: "spec", "template", "spec", "restartPolicy") ?? "Always"
        if !["Never", "OnFailure"].contains(policy) {
            let field = "spec.template.spec.restartPolicy"
            faults.append(.notSupported(field, policy, supported: ["OnFailure", "Never"]))
        }
        let pod = job[path: "spec", "template", "spec"] ?? .null
        faults += ContainerRules.typeFaults(in: pod, field: "spec.template.spec")
        if pod.elements(at: "containers").isEmpty {
            faults.append(.required("spec.template.spec.containers", "Required value"))
        }
        for (index, container) in pod.elements(at: "containers").enumerated()
        where (container.string(at: "image") ?? "").isEmpty {
            faults.append(.required("spec.template.spec.containers[\(index)].image", "Required value"))
        }
        guard faults.isEmpty else { throw APIStatus.invalid(.jobs, name: job.name, faults) }
    }

    /// The job with defaults for what its author omitted.
    static func withDefaults(_ job: JSONValue) -> JSONValue {
        var job = job
        let isBare = job[path: "spec", "parallelism"] == nil && job[path: "spec", "completions"] == nil
        if isBare { job[path: "spec", "completions"] = 1 }
        let defaults: [(String, JSONValue)] = [
            ("parallelism", 1), ("backoffLimit", 6), ("completionMode", "NonIndexed"), ("suspend", false),
        ]
        for (name, value) in defaults where job[path: "spec", name] == nil { job[path: "spec", name] = value }
        return job
    }
}
