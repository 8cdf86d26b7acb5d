internal import MaaSCore

extension ResourceStore {
    /// Creates the configured namespaces and nodes, and deletes nodes that are no longer configured.
    mutating func bootstrap(nodes: [MaaSConfiguration.LocalCluster.Node], namespaces: [String], now: Timestamp) {
        for name in namespaces where self[ResourceKey(.namespaces, name: name)] == nil {
            let namespace: JSONValue = [
                "metadata": ["name": .string(name), "labels": ["kubernetes.io/metadata.name": .string(name)]],
                "spec": ["finalizers": ["kubernetes"]],
                "status": ["phase": "Active"],
            ]
            _ = try? self.create(.namespaces, namespace, now: now)
        }
        let names = Set(nodes.map(\.name))
        for (key, _) in self.objects(ResourceFilter(kind: .nodes)) where !names.contains(key.name) {
            _ = try? self.delete(key, DeletionOptions(), now: now)
        }
        for node in nodes {
            let key = ResourceKey(.nodes, name: node.name)
            let object = NodeObject(node)
            if self[key] == nil { _ = try? self.create(.nodes, object.draft, now: now) }
            self.modify(key) { object.report(into: &$0, now: now) }
        }
    }

    /// Fails the pods whose containers died with the last run of this process.
    ///
    /// A dispatcher takes the reason for the cluster's fault and retries the job.
    mutating func reportLostPods(now: Timestamp) {
        for (key, pod) in self.objects(ResourceFilter(kind: .pods))
        where pod.string(at: "status", "startTime") != nil && !pod.isOver {
            self.modify(key) { $0.markLost(now: now) }
        }
    }
}
