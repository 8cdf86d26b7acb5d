internal import MaaSCore

/// What controllers, the scheduler and the node read in a pod, and change in it.
extension JSONValue {
    /// The key of the owner of a kind.
    func owner(of kind: ResourceKind) -> ResourceKey? {
        self.elements(at: "metadata", "ownerReferences").first { $0.string(at: "kind") == kind.kind }.map {
            ResourceKey(kind, namespace: self.namespace, name: $0.string(at: "name") ?? "")
        }
    }

    /// Why no node was found, if the scheduler has reported that.
    var unschedulableMessage: String? {
        self.elements(at: "status", "conditions").first { $0.string(at: "type") == "PodScheduled" }?.string(
            at: "message"
        )
    }

    mutating func bind(to node: String, gpus: [Int]) {
        self[path: "spec", "nodeName"] = .string(node)
        if !gpus.isEmpty {
            let list = gpus.map(String.init).joined(separator: ",")
            self[path: "metadata", "annotations", PodScheduler.gpuAnnotation] = .string(list)
        }
    }

    mutating func markUnschedulable(_ message: String, now: Timestamp) {
        self[path: "status", "phase"] = "Pending"
        self[path: "status", "conditions"] = [
            [
                "type": "PodScheduled", "status": "False", "reason": "Unschedulable",
                "message": .string(message), "lastTransitionTime": .string(now.kubernetesTime),
            ]
        ]
    }

    /// Records that Kubernetes itself is removing the pod.
    mutating func markDisrupted(reason: String, message: String, now: Timestamp) {
        let others = self.elements(at: "status", "conditions").filter { $0.string(at: "type") != "DisruptionTarget" }
        let condition: JSONValue = [
            "type": "DisruptionTarget", "status": "True", "reason": .string(reason), "message": .string(message),
            "lastTransitionTime": .string(now.kubernetesTime),
        ]
        self[path: "status", "conditions"] = .array(others + [condition])
    }

    /// Fails the pod because its containers died with its node.
    mutating func markLost(now: Timestamp) {
        let verdict = PodLifecycle.Verdict.nodeLost
        self[path: "status", "phase"] = "Failed"
        self[path: "status", "reason"] = .string(verdict.reason)
        self[path: "status", "message"] = .string(verdict.message)
        let conditions = self.elements(at: "status", "conditions").map { condition in
            var condition = condition
            if ["Ready", "ContainersReady"].contains(condition.string(at: "type")) { condition["status"] = "False" }
            return condition
        }
        self[path: "status", "conditions"] = .array(conditions)
        self.markDisrupted(reason: "DeletionByPodGC", message: verdict.message, now: now)
        for list in ["initContainerStatuses", "containerStatuses"] where self[path: "status", list] != nil {
            self[path: "status", list] = .array(self.elements(at: "status", list).map { $0.lost(now: now) })
        }
    }

    /// A container status after the loss of the node: a running container was killed.
    private func lost(now: Timestamp) -> JSONValue {
        var status = self
        guard let since = status.string(at: "state", "running", "startedAt").flatMap(Timestamp.init(kubernetesTime:))
        else {
            return status
        }
        let end = ContainerEnd(exitCode: 137, startedAt: since, finishedAt: now)
        status["state"] = ContainerState.ended(end).document
        status["ready"] = false
        status["started"] = false
        return status
    }
}
