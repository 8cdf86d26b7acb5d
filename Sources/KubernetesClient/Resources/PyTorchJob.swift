package import MaaSCore

/// A job of the Kubeflow training operator (`kubeflow.org/v1`).
package struct PyTorchJob: KubernetesResource, Hashable {
    package static let kind = ResourceKind(root: "/apis/kubeflow.org/v1", plural: "pytorchjobs", isNamespaced: true)

    /// Where a job stands.
    package enum Phase: Sendable, Hashable {
        /// The operator has not taken notice yet.
        case unacknowledged
        case created, running, restarting, suspended, succeeded, failed
    }

    /// The phase each condition stands for. The first that is true counts: their order in the status is the order they
    /// were first added in, and the last may be a false one (training-operator 1.9, `pkg/util/status.go`).
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
