internal import MaaSCore

/// How many pods of one role are running, have succeeded, have failed.
struct ReplicaCounts: Sendable, Hashable {
    var active = 0
    var succeeded = 0
    var failed = 0

    /// Counts like the operator: ignores pending pods, and takes a running pod that is being deleted as failed.
    init(_ pods: [JSONValue]) {
        for pod in pods {
            switch pod.string(at: "status", "phase") {
            case "Running" where pod.isBeingDeleted: self.failed += 1
            case "Running": self.active += 1
            case "Succeeded": self.succeeded += 1
            case "Failed": self.failed += 1
            default: break
            }
        }
    }

    /// Applies the operator's rule for a job that has succeeded.
    mutating func countActiveAsSucceeded() {
        self.succeeded += self.active
        self.active = 0
    }

    func status(job: String, type: ReplicaType) -> JSONValue {
        var members: [String: JSONValue] = [
            "selector": .string(
                "training.kubeflow.org/job-name=\(job),training.kubeflow.org/operator-name=pytorchjob-controller,"
                    + "training.kubeflow.org/replica-type=\(type.lowercased)"
            )
        ]
        // Zero is omitted, as by Go's omitempty.
        for (name, count) in [("active", self.active), ("succeeded", self.succeeded), ("failed", self.failed)]
        where count > 0 {
            members[name] = .integer(Int64(count))
        }
        return .object(members)
    }
}
