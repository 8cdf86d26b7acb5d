internal import MaaSCore

/// Assigns pods to nodes and counts GPUs; pure.
///
/// GPUs are the only resource counted. CPU and memory are left to the machine: requests for them never delay a pod
/// here. HAMi's refinements (`gpumem`, `gpucores`) are not scheduled either, as in a real cluster.
struct PodScheduler: Sendable {
    /// The resource name of a GPU.
    static let gpu = "nvidia.com/gpu"
    /// The annotation with a pod's GPUs: indexes joined by commas.
    static let gpuAnnotation = "maas.dev/gpu-indexes"

    /// Decides about every pod without a node, oldest first.
    /// - Parameters:
    ///   - busy: GPUs by node that are in use whatever the objects say: a container outlives its pod's object when that
    ///     is deleted by force.
    ///   - devices: GPU indexes by node; a node not named has as many as its object says.
    func decide(
        nodes: [JSONValue],
        pods: [JSONValue],
        busy: [String: Set<Int>],
        devices: [String: [Int]] = [:]
    ) -> [SchedulingDecision] {
        var placed = pods.filter { $0.string(at: "spec", "nodeName") != nil && !$0.isOver }
        var free: [String: [Int]] = [:]
        for node in nodes {
            let taken = pods.filter { $0.holdsGPUs(of: node.name) }.reduce(busy[node.name] ?? []) {
                $0.union($1.gpuIndexes)
            }
            free[node.name] = (devices[node.name] ?? Array(0..<node.allocatableGPUs)).filter { !taken.contains($0) }
        }
        let waiting = pods.filter { $0.string(at: "spec", "nodeName") == nil && !$0.isBeingDeleted && !$0.isOver }
        return waiting.sorted(by: self.isEarlier).map { pod in
            let key = ResourceKey(.pods, namespace: pod.namespace, name: pod.name)
            var refusals: [String: Int] = [:]
            for node in nodes {
                let neighbours = placed.filter { $0.string(at: "spec", "nodeName") == node.name }
                if let refusal = self.refusal(of: pod, by: node, free: free[node.name]?.count ?? 0, beside: neighbours)
                {
                    refusals[refusal, default: 0] += 1
                } else {
                    let gpus = Array((free[node.name] ?? []).prefix(pod.requestedGPUs))
                    free[node.name]?.removeFirst(gpus.count)
                    var bound = pod
                    bound.bind(to: node.name, gpus: gpus)
                    placed.append(bound)
                    return .bind(pod: key, node: node.name, gpus: gpus)
                }
            }
            let reasons = refusals.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
            let list = reasons.isEmpty ? "no nodes available to schedule pods" : reasons.joined(separator: ", ")
            return .unschedulable(pod: key, message: "0/\(nodes.count) nodes are available: \(list).")
        }
    }

    /// Why a node rejects a pod, in kube-scheduler's words; nil when it accepts it.
    private func refusal(
        of pod: JSONValue,
        by node: JSONValue,
        free: Int,
        beside neighbours: [JSONValue]
    ) -> String? {
        if node.bool(at: "spec", "unschedulable") == true { return "node(s) were unschedulable" }
        let labels = node.strings(at: "metadata", "labels")
        let wanted = pod.strings(at: "spec", "nodeSelector")
        if wanted.contains(where: { labels[$0.key] != $0.value }) {
            return "node(s) didn't match Pod's node affinity/selector"
        }
        let tolerations = pod.elements(at: "spec", "tolerations")
        if let taint = node.elements(at: "spec", "taints").first(where: { !self.isTolerated($0, by: tolerations) }) {
            return
                "node(s) had untolerated taint {\(taint.string(at: "key") ?? ""): \(taint.string(at: "value") ?? "")}"
        }
        // Anti-affinity is symmetric.
        if neighbours.contains(where: { pod.avoids($0) || $0.avoids(pod) }) {
            return "node(s) didn't match pod anti-affinity rules"
        }
        return pod.requestedGPUs > free ? "Insufficient \(Self.gpu)" : nil
    }

    private func isTolerated(_ taint: JSONValue, by tolerations: [JSONValue]) -> Bool {
        if taint.string(at: "effect") == "PreferNoSchedule" { return true }
        return tolerations.contains { toleration in
            let key = toleration.string(at: "key")
            let effect = toleration.string(at: "effect") ?? ""
            guard key == nil || key == taint.string(at: "key") else { return false }
            guard effect.isEmpty || effect == taint.string(at: "effect") else { return false }
            return toleration.string(at: "operator") == "Exists"
                || (toleration.string(at: "value") ?? "") == (taint.string(at: "value") ?? "")
        }
    }

    private func isEarlier(_ left: JSONValue, _ right: JSONValue) -> Bool {
        let times = [left, right].map { $0.string(at: "metadata", "creationTimestamp") ?? "" }
        return (times[0], left.namespace, left.name) < (times[1], right.namespace, right.name)
    }
}

extension JSONValue {
    /// How many GPUs a node offers.
    var allocatableGPUs: Int { ResourceQuantity.count(self[path: "status", "allocatable", PodScheduler.gpu]) }

    /// How many GPUs a pod requests: the sum over its containers, or the maximum over its init containers if that is
    /// larger.
    var requestedGPUs: Int {
        let containers = self.elements(at: "spec", "containers").reduce(0) { $0 + $1.limitedGPUs }
        return max(containers, self.elements(at: "spec", "initContainers").map(\.limitedGPUs).max() ?? 0)
    }

    /// How many GPUs a container requests.
    var limitedGPUs: Int {
        max(
            ResourceQuantity.count(self[path: "resources", "limits", PodScheduler.gpu]),
            ResourceQuantity.count(self[path: "resources", "requests", PodScheduler.gpu])
        )
    }

    /// The GPUs assigned to a pod.
    var gpuIndexes: [Int] {
        (self.string(at: "metadata", "annotations", PodScheduler.gpuAnnotation) ?? "").split(separator: ",").compactMap
        {
            Int($0)
        }
    }

    /// Whether all of a pod's containers have ended.
    var isOver: Bool {
        let phase = self.string(at: "status", "phase")
        return phase == "Succeeded" || phase == "Failed"
    }

    /// Whether required anti-affinity keeps this pod off another one's node. Only the topology key
    /// `kubernetes.io/hostname` is supported.
    func avoids(_ other: JSONValue) -> Bool {
        let key = "requiredDuringSchedulingIgnoredDuringExecution"
        return other.namespace == self.namespace
            && self.elements(at: "spec", "affinity", "podAntiAffinity", key).contains { term in
                term.string(at: "topologyKey") == "kubernetes.io/hostname"
                    && LabelSelector(term["labelSelector"] ?? [:]).matches(other.strings(at: "metadata", "labels"))
            }
    }

    /// Whether a pod holds GPUs of a node: it is bound to it, and its containers have not ended.
    func holdsGPUs(of node: String) -> Bool {
        self.string(at: "spec", "nodeName") == node && !self.isOver
    }
}
