import MaaSCore

/// The `status` of a PyTorchJob and the operator's rules for changing it.
///
/// After `pkg/util/status.go` of the training operator 1.9: conditions keep the order in which they came, and after
/// `Failed` nothing is ever set again.
struct JobConditions: Sendable, Hashable {
    enum Kind: String, Sendable {
        case created = "Created"
        case running = "Running"
        case suspended = "Suspended"
        case succeeded = "Succeeded"
        case failed = "Failed"
    }

    /// The whole `status`.
    private(set) var status: JSONValue

    init(of job: JSONValue) {
        status = job[path: "status"] ?? .object([:])
    }

    func isTrue(_ kind: Kind) -> Bool {
        status.elements(at: "conditions").contains {
            $0.string(at: "type") == kind.rawValue && $0.string(at: "status") == "True"
        }
    }

    var isFinished: Bool { isTrue(.succeeded) || isTrue(.failed) }

    /// Sets a condition; says whether anything changed.
    mutating func set(_ kind: Kind, message: String, now: Timestamp) -> Bool {
        guard !isTrue(.failed), !isTrue(kind) else { return false }
        var conditions = status.elements(at: "conditions")
        for index in conditions.indices where conditions[index].string(at: "type") == Kind.running.rawValue {
            // Running does not survive the end; Created stays true for ever.
            if kind == .succeeded || kind == .failed || kind == .suspended {
                conditions[index][path: "status"] = .string("False")
                conditions[index][path: "lastUpdateTime"] = .string(now.kubernetesTime)
                conditions[index][path: "lastTransitionTime"] = .string(now.kubernetesTime)
            }
        }
        if kind != .suspended,
            let index = conditions.firstIndex(where: { $0.string(at: "type") == Kind.suspended.rawValue })
        {
            conditions[index][path: "status"] = .string("False")
            conditions[index][path: "reason"] = .string("PyTorchJobResumed")
            conditions[index][path: "lastTransitionTime"] = .string(now.kubernetesTime)
        }
        conditions.removeAll { $0.string(at: "type") == kind.rawValue }
        conditions.append(
            .object([
                "type": .string(kind.rawValue),
                "status": .string("True"),
                "reason": .string("PyTorchJob\(kind.rawValue)"),
                "message": .string(message),
                "lastUpdateTime": .string(now.kubernetesTime),
                "lastTransitionTime": .string(now.kubernetesTime),
            ])
        )
        status[path: "conditions"] = .array(conditions)
        return true
    }

    /// Sets a time field that is not set yet.
    mutating func stamp(_ field: String, now: Timestamp) {
        if status.string(at: field) == nil { status[path: field] = .string(now.kubernetesTime) }
    }

    /// Sets how many replicas of a role are in which state.
    mutating func set(_ counts: ReplicaCounts, of type: ReplicaType, job: String) {
        status[path: "replicaStatuses", type.rawValue] = counts.status(job: job, type: type)
    }
}
