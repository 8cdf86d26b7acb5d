import MaaSCore

extension ResourceStore {
    /// Makes the namespaces and the nodes of the configuration; nodes that are no longer in it go.
    mutating func bootstrap(nodes: [MaaSConfiguration.LocalCluster.Node], namespaces: [String], now: Timestamp) {
        for name in namespaces where self[ResourceKey(.namespaces, name: name)] == nil {
            let namespace: JSONValue = [
                "metadata": ["name": .string(name), "labels": ["kubernetes.io/metadata.name": .string(name)]],
                "spec": ["finalizers": ["kubernetes"]],
                "status": ["phase": "Active"],
            ]
            _ = try? create(.namespaces, namespace, now: now)
        }
        let names = Set(nodes.map(\.name))
        for (key, _) in objects(ResourceFilter(kind: .nodes)) where !names.contains(key.name) {
            _ = try? delete(key, DeletionOptions(), now: now)
        }
        for node in nodes {
            let key = ResourceKey(.nodes, name: node.name)
            if self[key] == nil {
                let draft: JSONValue = [
                    "metadata": [
                        "name": .string(node.name),
                        "labels": [
                            "kubernetes.io/hostname": .string(node.name),
                            "kubernetes.io/os": "linux",
                            "node-role.kubernetes.io/control-plane": "",
                        ],
                    ],
                    "spec": [:],
                ]
                _ = try? create(.nodes, draft, now: now)
            }
            modify(key) { $0["status"] = Self.status(of: node, before: $0, now: now) }
        }
    }

    /// Fails the pods whose containers died with the last run of this process.
    ///
    /// The reason is one that a dispatcher takes for the cluster's fault: it tries the job again.
    mutating func reportLostPods(now: Timestamp) {
        for (key, pod) in objects(ResourceFilter(kind: .pods))
        where pod.string(at: "status", "startTime") != nil && !pod.isOver {
            modify(key) { $0.markLost(now: now) }
        }
    }

    private static func status(
        of node: MaaSConfiguration.LocalCluster.Node,
        before: JSONValue,
        now: Timestamp
    ) -> JSONValue {
        let resources: JSONValue = ["pods": "1000", PodScheduler.gpu: .string("\(node.gpus)")]
        let since = before.elements(at: "status", "conditions").first?.string(at: "lastTransitionTime")
        return [
            "capacity": resources,
            "allocatable": resources,
            "addresses": [
                ["type": "InternalIP", "address": .string(PodStatus.address)],
                ["type": "Hostname", "address": .string(node.name)],
            ],
            "conditions": [
                [
                    "type": "Ready",
                    "status": "True",
                    "reason": "KubeletReady",
                    "message": "local-cluster is running",
                    "lastHeartbeatTime": .string(now.kubernetesTime),
                    "lastTransitionTime": .string(since ?? now.kubernetesTime),
                ]
            ],
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
}
