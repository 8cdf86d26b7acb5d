internal import MaaSCore

extension ResourceStore {
    /// The pods bound to a node.
    func pods(of node: String) -> [(key: ResourceKey, value: JSONValue)] {
        self.objects(ResourceFilter(kind: .pods)).filter { $0.value.string(at: "spec", "nodeName") == node }
    }

    /// Evicts pods that do not tolerate a lost node, like the taint manager, but immediately.
    mutating func evictPods(of node: String, now: Timestamp) {
        for (key, pod) in self.pods(of: node) where !pod.isOver {
            let message = "Taint manager: deleting due to NoExecute taint"
            self.modify(key) { $0.markDisrupted(reason: "DeletionByTaintManager", message: message, now: now) }
            _ = try? self.delete(key, DeletionOptions(), now: now)
        }
    }

    /// Removes the pods of a deleted node, like the garbage collector.
    mutating func collectPods(of node: String, now: Timestamp) {
        var options = DeletionOptions()
        options.gracePeriodSeconds = 0
        for (key, pod) in self.pods(of: node) {
            if !pod.isOver { self.modify(key) { $0.markLost(now: now) } }
            _ = try? self.delete(key, options, now: now)
        }
    }
}
