internal import MaaSCore

extension ResourceStore {
    /// The outcome of a deletion.
    enum Deletion: Sendable, Hashable {
        /// The object is gone; this was its last state.
        case removed(JSONValue)
        /// The object waits for its finalizers or for its containers to end.
        case pending(JSONValue)
    }

    /// Deletes an object, or begins to; throws `NotFound`, or `Conflict` for a failed precondition.
    ///
    /// A pod with a grace period of 0 and no finalizers is removed at once.
    mutating func delete(_ key: ResourceKey, _ options: DeletionOptions, now: Timestamp) throws(APIStatus) -> Deletion {
        let present = try self.get(key)
        if let uid = options.uid, uid != present.uid {
            throw APIStatus.conflict(
                key,
                "Precondition failed: UID in precondition: \(uid), UID in object meta: \(present.uid)"
            )
        }
        if let version = options.resourceVersion, version != present.resourceVersion {
            throw APIStatus.conflict(
                key,
                "Precondition failed: ResourceVersion in precondition: \(version), "
                    + "ResourceVersion in object meta: \(present.resourceVersion)"
            )
        }
        var object = present
        var finalizers = present.elements(at: "metadata", "finalizers")
        switch options.propagation {
        case .foreground: finalizers.appendUnlessPresent(.string(ObjectMetadata.foregroundFinalizer))
        case .orphan: finalizers.appendUnlessPresent(.string(ObjectMetadata.orphanFinalizer))
        case .background: break
        }
        object[path: "metadata", "finalizers"] = finalizers.isEmpty ? .none : .array(finalizers)

        let grace = key.kind == .pods ? present.terminationGrace(asked: options.gracePeriodSeconds) : 0
        let isPending = grace > 0 || !finalizers.isEmpty || key.kind == .namespaces
        if let remaining = present.integer(at: "metadata", "deletionGracePeriodSeconds"), isPending, grace >= remaining
        {
            // A second deletion can only shorten the grace period.
            return .pending(self.replace(key, present, with: object))
        }
        object[path: "metadata", "deletionTimestamp"] = .string(now.advanced(bySeconds: grace).kubernetesTime)
        object[path: "metadata", "deletionGracePeriodSeconds"] = .integer(Int64(grace))
        if isPending { return .pending(self.commit(.modified, key, object, previous: present)) }
        return .removed(self.commit(.deleted, key, object, previous: present))
    }

    /// Removes a finalizer from an object; removing the last one completes a pending deletion.
    mutating func removeFinalizer(_ name: String, from key: ResourceKey) {
        guard let present = self.objects[key] else { return }
        var object = present
        let rest = present.elements(at: "metadata", "finalizers").filter { $0 != .string(name) }
        object[path: "metadata", "finalizers"] = rest.isEmpty ? .none : .array(rest)
        let grace = object.integer(at: "metadata", "deletionGracePeriodSeconds") ?? 0
        if rest.isEmpty, present.isBeingDeleted, grace == 0 {
            _ = self.commit(.deleted, key, object, previous: present)
        } else {
            _ = self.replace(key, present, with: object)
        }
    }
}
