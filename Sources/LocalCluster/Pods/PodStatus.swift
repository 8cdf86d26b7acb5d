internal import MaaSCore

/// The `status` of a pod, derived from its lifecycle.
struct PodStatus: Sendable {
    /// The address of every pod: they share the machine's network.
    static let address = "127.0.0.1"

    let pod: JSONValue
    let lifecycle: PodLifecycle
    let startedAt: Timestamp

    /// The status document. Unchanged conditions keep their transition times.
    func document(now: Timestamp) -> JSONValue {
        var status: JSONValue = [
            "phase": .string(self.lifecycle.phase),
            "hostIP": .string(Self.address),
            "podIP": .string(Self.address),
            "podIPs": [["ip": .string(Self.address)]],
            "startTime": .string(self.startedAt.kubernetesTime),
            "qosClass": "BestEffort",
            "containerStatuses": self.statuses("containers", self.lifecycle.containers),
        ]
        if !self.lifecycle.initContainers.isEmpty {
            status["initContainerStatuses"] = self.statuses("initContainers", self.lifecycle.initContainers)
        }
        if let verdict = self.lifecycle.verdict, self.lifecycle.phase == "Failed" {
            status["reason"] = .string(verdict.reason)
            status["message"] = .string(verdict.message)
        }
        status["conditions"] = .array(self.conditions(now: now))
        return status
    }

    private func conditions(now: Timestamp) -> [JSONValue] {
        let isInitialized = self.lifecycle.initContainers.allSatisfy { self.lifecycle.states[$0]?.end?.exitCode == 0 }
        let isReady =
            self.lifecycle.containers.allSatisfy { self.lifecycle.states[$0]?.isRunning ?? false }
            && !self.lifecycle.isStopping
        let isCompleted = self.lifecycle.phase == "Succeeded"
        let why = isCompleted ? "PodCompleted" : "ContainersNotReady"
        var conditions = [
            self.condition("PodScheduled", true, now: now),
            self.condition(
                "Initialized",
                isInitialized,
                reason: isCompleted ? "PodCompleted" : "ContainersNotInitialized",
                now: now
            ),
            self.condition("ContainersReady", isReady, reason: why, now: now),
            self.condition("Ready", isReady, reason: why, now: now),
        ]
        if self.lifecycle.verdict?.isDisruption == true, self.lifecycle.phase == "Failed" {
            conditions.append(
                self.condition("DisruptionTarget", true, reason: "TerminationByKubelet", always: true, now: now)
            )
        }
        return conditions
    }

    private func condition(
        _ type: String,
        _ isTrue: Bool,
        reason: String? = nil,
        always: Bool = false,
        now: Timestamp
    ) -> JSONValue {
        let value = isTrue ? "True" : "False"
        let before = self.pod.elements(at: "status", "conditions").first {
            $0.string(at: "type") == type && $0.string(at: "status") == value
        }
        var condition: JSONValue = [
            "type": .string(type),
            "status": .string(value),
            "lastTransitionTime": .string(before?.string(at: "lastTransitionTime") ?? now.kubernetesTime),
            "lastProbeTime": .null,
        ]
        if let reason, !isTrue || always { condition["reason"] = .string(reason) }
        return condition
    }

    private func statuses(_ list: String, _ names: [String]) -> JSONValue {
        let specs = self.pod.elements(at: "spec", list)
        return .array(
            zip(names, specs).map { name, spec in
                let state = self.lifecycle.states[name] ?? .waiting(reason: "ContainerCreating", message: nil)
                let image = spec.string(at: "image") ?? ""
                return [
                    "name": .string(name),
                    "image": .string(image),
                    "imageID": .string(state.isRunning || state.isEnded ? "local://\(image)" : ""),
                    "containerID": .string(
                        state.isRunning || state.isEnded ? "bubblewrap://\(self.pod.uid)/\(name)" : ""
                    ),
                    "ready": .bool(list == "containers" ? state.isRunning : state.end?.exitCode == 0),
                    "started": .bool(state.isRunning),
                    "restartCount": 0,
                    "lastState": [:],
                    "state": state.document,
                ]
            }
        )
    }
}

extension PodLifecycle.Verdict {
    /// Whether the node was at fault rather than the pod.
    var isDisruption: Bool { self.reason != Self.deadlineExceeded }

    static let deadlineExceeded = "DeadlineExceeded"

    /// The containers died with the process that supervised them.
    static let nodeLost = PodLifecycle.Verdict(
        reason: "NodeLost",
        message: "The node was restarted; its containers died with it."
    )

    /// The node is being shut down regularly.
    static let shutdown = PodLifecycle.Verdict(
        reason: "Shutdown",
        message: "Pod was terminated in response to imminent node shutdown."
    )

    /// The pod ran longer than its `activeDeadlineSeconds`.
    static let deadline = PodLifecycle.Verdict(
        reason: deadlineExceeded,
        message: "Pod was active on the node longer than the specified deadline"
    )
}
