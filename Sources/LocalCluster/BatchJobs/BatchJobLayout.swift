internal import MaaSCore

/// The pods of a `batch/v1` Job, with the labels and the environment that the job controller adds.
struct BatchJobLayout: Sendable {
    /// The label, and the annotation, with a pod's index in an indexed job.
    static let indexKey = "batch.kubernetes.io/job-completion-index"

    private let job: JSONValue

    init(_ job: JSONValue) { self.job = job }

    /// The labels that identify the job's pods; the two without a prefix are from before 1.27.
    static func labels(job name: String, uid: String) -> [String: String] {
        [
            "batch.kubernetes.io/job-name": name, "batch.kubernetes.io/controller-uid": uid,
            "job-name": name, "controller-uid": uid,
        ]
    }

    /// A new pod; the store completes its name.
    func pod(index: Int?) -> JSONValue {
        let template = self.job[path: "spec", "template"] ?? [:]
        var pod: JSONValue = ["metadata": template["metadata"] ?? [:], "spec": template["spec"] ?? [:]]
        pod[path: "metadata", "name"] = nil
        let prefix = index.map { "\(self.job.name)-\($0)-" } ?? "\(self.job.name)-"
        pod[path: "metadata", "generateName"] = .string(prefix)
        pod[path: "metadata", "finalizers"] = [.string(BatchJobController.finalizer)]
        pod[path: "metadata", "ownerReferences"] = [
            [
                "apiVersion": .string(ResourceKind.jobs.apiVersion), "kind": .string(ResourceKind.jobs.kind),
                "name": .string(self.job.name), "uid": .string(self.job.uid), "controller": true,
                "blockOwnerDeletion": true,
            ]
        ]
        for (key, value) in Self.labels(job: self.job.name, uid: self.job.uid) {
            pod[path: "metadata", "labels", key] = .string(value)
        }
        // Containers are never restarted here, whatever the policy.
        pod[path: "spec", "restartPolicy"] = "Never"
        guard let index else { return pod }
        pod[path: "metadata", "labels", Self.indexKey] = .string("\(index)")
        pod[path: "metadata", "annotations", Self.indexKey] = .string("\(index)")
        pod[path: "spec", "hostname"] = .string("\(self.job.name)-\(index)")
        for list in ["initContainers", "containers"] where pod[path: "spec", list] != nil {
            let containers = pod.elements(at: "spec", list).map { container in
                var container = container
                let variable: JSONValue = ["name": "JOB_COMPLETION_INDEX", "value": .string("\(index)")]
                container["env"] = .array(container.elements(at: "env") + [variable])
                return container
            }
            pod[path: "spec", list] = .array(containers)
        }
        return pod
    }
}
