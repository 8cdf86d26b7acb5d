internal import MaaSCore

/// The `status` of a PyTorchJob and the operator's rules for changing it.
///
/// After `pkg/util/status.go` of the training operator 1.9: conditions keep the order in which they were added, and
/// nothing is set after `Failed`.
struct PyTorchJobStatus: Sendable, Hashable {
    enum Kind: String, Sendable {
        case created = "Created"
        case running = "Running"
        case suspended = "Suspended"
        case succeeded = "Succeeded"
        case failed = "Failed"
    }

    /// The whole `status`.
    private(set) var document: JSONValue

    init(of job: JSONValue) {
        self.document = job[path: "status"] ?? .object([:])
    }

    func isTrue(_ kind: Kind) -> Bool {
        self.document.elements(at: "conditions").contains {
            $0.string(at: "type") == kind.rawValue && $0.string(at: "status") == "True"
        }
    }

    var isFinished: Bool { self.isTrue(.succeeded) || self.isTrue(.failed) }

    /// Sets a condition; returns whether anything changed.
    mutating func set(_ kind: Kind, message: String, now: Timestamp) -> Bool {
        guard !self.isTrue(.failed), !self.isTrue(kind) else { return false }
        var conditions = self.document.elements(at: "conditions")
        for index in conditions.indices where conditions[index].string(at: "type") == Kind.running.rawValue {
            // Running becomes false at the end; Created stays true forever.
            if kind == .succeeded || kind == .failed || kind == .suspended {
                conditions[index][path: "status"] = .string("False")
                conditions[index][path: "lastUpdateTime"] = .string(now.kubernetesTime)
                conditions[index][path: "lastTransitionTime"] = .string(now.kubernetesTime)
            }
        }
        self.document[path: "conditions"] = .array(conditions)
        self.append(kind, "True", reason: "PyTorchJob\(kind.rawValue)", message: message, now: now)
        return true
    }

    /// Resumes a suspended job: its condition is appended again, so that the last condition is a false one.
    mutating func resume(message: String, now: Timestamp) {
        self.append(.suspended, "False", reason: "PyTorchJobResumed", message: message, now: now)
        self.document[path: "startTime"] = .string(now.kubernetesTime)
    }

    private mutating func append(
        _ kind: Kind,
        _ value: String,
        reason: String,
        message: String,
        now: Timestamp
    ) {
        let others = self.document.elements(at: "conditions").filter { $0.string(at: "type") != kind.rawValue }
        let condition: JSONValue = [
            "type": .string(kind.rawValue),
            "status": .string(value),
            "reason": .string(reason),
            "message": .string(message),
            "lastUpdateTime": .string(now.kubernetesTime),
            "lastTransitionTime": .string(now.kubernetesTime),
        ]
        self.document[path: "conditions"] = .array(others + [condition])
    }

    /// Sets a time unless it is set already.
    mutating func stamp(_ field: String, now: Timestamp) {
        if self.document.string(at: field) == nil { self.document[path: field] = .string(now.kubernetesTime) }
    }

    /// Sets the counts of a role's replicas by state.
    mutating func set(_ counts: ReplicaCounts, of type: ReplicaType, job: String) {
        self.document[path: "replicaStatuses", type.rawValue] = counts.status(job: job, type: type)
    }
}
