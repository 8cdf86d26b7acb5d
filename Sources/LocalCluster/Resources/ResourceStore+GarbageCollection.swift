internal import MaaSCore

extension ResourceStore {
    /// Follows owner references until nothing is left to do, like Kubernetes' garbage collector.
    mutating func collectGarbage(now: Timestamp) {
        while self.needsCollection {
            self.needsCollection = false
            let owners = Set(self.objects.values.map(\.uid))
            for key in self.objects.keys.sorted() {
                guard let object = self.objects[key] else { continue }
                if object.isBeingDeleted {
                    self.finishDeletion(of: key, object, now: now)
                } else if object.isOrphaned(among: owners) {
                    _ = try? self.delete(key, DeletionOptions(), now: now)
                }
            }
        }
    }

    /// Continues the deletion of an object that waits for its dependents.
    private mutating func finishDeletion(of key: ResourceKey, _ object: JSONValue, now: Timestamp) {
        let finalizers = object.elements(at: "metadata", "finalizers")
        let dependents = self.objects.filter { entry in
            key.kind == .namespaces ? entry.key.namespace == key.name : entry.value.isOwned(by: object.uid)
        }
        if key.kind == .namespaces || finalizers.contains(.string(ObjectMetadata.foregroundFinalizer)) {
            for dependent in dependents where !dependent.value.isBeingDeleted {
                _ = try? self.delete(dependent.key, DeletionOptions(), now: now)
            }
            let isBlocked = dependents.keys.contains { dependent in
                self.objects[dependent].map { key.kind == .namespaces || $0.blocksDeletion(of: object.uid) } ?? false
            }
            if !isBlocked { self.removeFinalizer(ObjectMetadata.foregroundFinalizer, from: key) }
        }
        if finalizers.contains(.string(ObjectMetadata.orphanFinalizer)) {
            for dependent in dependents.keys {
                self.modify(dependent) { $0.removeOwner(object.uid) }
            }
            self.removeFinalizer(ObjectMetadata.orphanFinalizer, from: key)
        }
    }
}
