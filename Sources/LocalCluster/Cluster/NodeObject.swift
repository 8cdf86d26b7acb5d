internal import MaaSCore

/// The API object of one of the cluster's own nodes.
struct NodeObject: Sendable {
    /// HAMi's annotation with a node's devices.
    static let hamiAnnotation = "hami.io/node-nvidia-register"
    /// HAMi's default number of shares per GPU (`deviceSplitCount`).
    static let hamiShares = 10
    private static let unreachable = "node.kubernetes.io/unreachable"
    private static let memory = 81_920  // MiB, of an H100.

    let node: MaaSConfiguration.LocalCluster.Node
    var isLost = false
    var unhealthyGPUs: Set<Int> = []

    init(_ node: MaaSConfiguration.LocalCluster.Node, faults: FaultPlan = FaultPlan()) {
        self.node = node
        self.isLost = faults.lostNodes.contains(node.name)
        self.unhealthyGPUs = faults.unhealthyGPUs[node.name] ?? []
    }

    /// The indexes of GPUs that pods may get.
    var usableGPUs: [Int] { (0..<self.node.gpus).filter { !self.unhealthyGPUs.contains($0) } }

    /// The object as created when the node joins the cluster. From then on, labels and taints are left to clients.
    var draft: JSONValue {
        let own: [String: JSONValue] = [
            "kubernetes.io/hostname": .string(self.node.name), "kubernetes.io/os": "linux",
            "node-role.kubernetes.io/control-plane": "",
        ]
        let labels = own.merging(self.node.labels.mapValues { .string($0) }) { _, given in given }
        let taints = self.node.taints.map { taint -> JSONValue in
            var document: JSONValue = ["key": .string(taint.key), "effect": .string(taint.effect.rawValue)]
            if let value = taint.value { document["value"] = .string(value) }
            return document
        }
        var spec: JSONValue = [:]
        if !taints.isEmpty { spec["taints"] = .array(taints) }
        return ["metadata": ["name": .string(self.node.name), "labels": .object(labels)], "spec": spec]
    }

    /// Updates the object with the node's state: its status, the taints of a lost node, HAMi's annotation.
    func report(into object: inout JSONValue, now: Timestamp) {
        object["status"] = self.status(before: object, now: now)
        var taints = object.elements(at: "spec", "taints").filter { $0.string(at: "key") != Self.unreachable }
        if self.isLost {
            taints += ["NoSchedule", "NoExecute"].map { ["key": .string(Self.unreachable), "effect": .string($0)] }
        }
        object[path: "spec", "taints"] = taints.isEmpty ? .none : .array(taints)
        if let devices { object[path: "metadata", "annotations", Self.hamiAnnotation] = .string(devices) }
    }

    /// The annotation as HAMi writes it: `omitempty` omits zeroes, and `health` of an unhealthy GPU.
    private var devices: String? {
        let gpus = (0..<self.node.gpus).map {
            (index: $0, id: "GPU-\(self.node.name)-\($0)", isHealthy: !self.unhealthyGPUs.contains($0))
        }
        switch self.node.hami {
        case .none: return nil
        case .text:
            return gpus.map {
                "\($0.id),\(Self.hamiShares),\(Self.memory),100,NVIDIA-H100,0,\($0.isHealthy),\($0.index),hami-core:"
            }.joined()
        case .json:
            let list = gpus.map { gpu -> JSONValue in
                var device: JSONValue = [
                    "id": .string(gpu.id), "count": .integer(Int64(Self.hamiShares)),
                    "devmem": .integer(Int64(Self.memory)), "devcore": 100, "type": "NVIDIA-H100",
                    "mode": "hami-core",
                ]
                if gpu.index > 0 { device["index"] = .integer(Int64(gpu.index)) }
                if gpu.isHealthy { device["health"] = true }
                return device
            }
            return JSONValue.array(list).text
        }
    }

    private func status(before: JSONValue, now: Timestamp) -> JSONValue {
        let shares = self.node.hami == .none ? 1 : Self.hamiShares
        let resources = { (gpus: Int) -> JSONValue in
            ["pods": "1000", PodScheduler.gpu: .string("\(gpus * shares)")]
        }
        return [
            "capacity": resources(self.node.gpus),
            "allocatable": resources(self.usableGPUs.count),
            "addresses": [
                ["type": "InternalIP", "address": .string(PodStatus.address)],
                ["type": "Hostname", "address": .string(self.node.name)],
            ],
            "conditions": [self.readiness(before: before, now: now)],
            "nodeInfo": [
                "kubeletVersion": .string(ServerVersion.git),
                "operatingSystem": "linux",
                "architecture": .string(ServerVersion.architecture),
                "containerRuntimeVersion": "bubblewrap://",
                "osImage": "Linux",
                "kernelVersion": "", "kubeProxyVersion": "", "machineID": "", "systemUUID": "", "bootID": "",
            ],
        ]
    }

    private func readiness(before: JSONValue, now: Timestamp) -> JSONValue {
        let value = self.isLost ? "Unknown" : "True"
        let present = before.elements(at: "status", "conditions").first { $0.string(at: "status") == value }
        return [
            "type": "Ready",
            "status": .string(value),
            "reason": .string(self.isLost ? "NodeStatusUnknown" : "KubeletReady"),
            "message": .string(self.isLost ? "Kubelet stopped posting node status." : "local-cluster is running"),
            "lastHeartbeatTime": .string(now.kubernetesTime),
            "lastTransitionTime": .string(present?.string(at: "lastTransitionTime") ?? now.kubernetesTime),
        ]
    }
}
