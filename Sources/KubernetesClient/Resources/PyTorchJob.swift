package import MaaSCore

/// A job of the Kubeflow training operator (`kubeflow.org/v1`).
package struct PyTorchJob: KubernetesResource, Hashable {
    package static let kind = ResourceKind(root: "/apis/kubeflow.org/v1", plural: "pytorchjobs", isNamespaced: true)

    /// The state of a job.
    package enum Phase: Sendable, Hashable {
        /// The operator has not seen it yet.
        case unacknowledged
        case created, running, restarting, suspended, succeeded, failed
    }

    /// Phases by condition. The first condition that is true decides: the status keeps the order in which they were
    /// first added, so its last may be false (training-operator 1.9, `pkg/util/status.go`).
    private static let precedence: [(type: String, phase: Phase)] = [
        ("Failed", .failed), ("Succeeded", .succeeded), ("Suspended", .suspended), ("Restarting", .restarting),
        ("Running", .running), ("Created", .created),
    ]

    package let metadata: ObjectMetadata
    package let conditions: [Condition]

    package init(_ object: JSONValue) {
        self.metadata = ObjectMetadata(object)
        self.conditions = Condition.all(of: object)
    }

    package var phase: Phase {
        Self.precedence.first { self.condition($0.type) != nil }?.phase ?? .unacknowledged
    }

    /// The condition `type`, if it is true.
    package func condition(_ type: String) -> Condition? {
        self.conditions.first { $0.type == type && $0.isTrue }
    }
}
