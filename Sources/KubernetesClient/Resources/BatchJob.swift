package import MaaSCore

/// Kubernetes' own job (`batch/v1`).
package struct BatchJob: KubernetesResource, Hashable {
    package static let kind = ResourceKind(root: "/apis/batch/v1", plural: "jobs", isNamespaced: true)

    /// The state of a job.
    package enum Phase: Sendable, Hashable {
        case waiting, running, succeeded, failed
    }

    package let metadata: ObjectMetadata
    package let conditions: [Condition]
    /// Pods that are running and ready (`status.ready`).
    package let readyPods: Int

    package init(_ object: JSONValue) {
        self.metadata = ObjectMetadata(object)
        self.conditions = Condition.all(of: object)
        self.readyPods = object["status"]?["ready"]?.integer.map { Int($0) } ?? 0
    }

    /// By precedence: `Failed` and `Complete` are final, `Suspended` is not. Since Kubernetes 1.31 `FailureTarget` is
    /// the verdict, and `Failed` follows when all pods have ended, which those on an unreachable node do not.
    package var phase: Phase {
        if self.isTrue("Failed") || self.isTrue("FailureTarget") { return .failed }
        if self.isTrue("Complete") { return .succeeded }
        return self.readyPods > 0 && !self.isTrue("Suspended") ? .running : .waiting
    }

    private func isTrue(_ type: String) -> Bool { self.conditions.contains { $0.type == type && $0.isTrue } }
}
