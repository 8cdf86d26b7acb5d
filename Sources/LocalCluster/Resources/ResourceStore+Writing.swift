internal import MaaSCore

extension ResourceStore {
    /// Stores a new object; throws `AlreadyExists`, `NotFound` for its namespace, or `Invalid` for its metadata.
    ///
    /// The server's own fields are set here, whatever the client sent.
    mutating func create(
        _ kind: ResourceKind,
        namespace: String = "",
        _ draft: JSONValue,
        now: Timestamp
    ) throws(APIStatus) -> JSONValue {
        var object = draft
        let uid = self.makeUID()
        var name = object.string(at: "metadata", "name") ?? ""
        if name.isEmpty, let prefix = object.string(at: "metadata", "generateName"), !prefix.isEmpty {
            // The last characters of a UUID are as random as the five that Kubernetes adds.
            name = prefix + uid.suffix(5)
        }
        let faults = ObjectMetadata.faults(kind, name: name, in: object)
        guard faults.isEmpty else { throw APIStatus.invalid(kind, name: name, faults) }

        let key = ResourceKey(kind, namespace: namespace, name: name)
        if let present = self.objects[key] {
            throw APIStatus.alreadyExists(
                key,
                isBeingDeleted: present.isBeingDeleted
            )
        }
        if kind.isNamespaced {
            let home = ResourceKey(.namespaces, name: namespace)
            let space = try self.get(home)
            guard !space.isBeingDeleted else {
                throw APIStatus(
                    .forbidden,
                    "\(kind.qualifiedPlural) \"\(name)\" is forbidden: unable to create new content in namespace "
                        + "\(namespace) because it is being terminated"
                )
            }
            object[path: "metadata", "namespace"] = .string(namespace)
        }
        object[path: "apiVersion"] = .string(kind.apiVersion)
        object[path: "kind"] = .string(kind.kind)
        object[path: "metadata", "name"] = .string(name)
        object[path: "metadata", "uid"] = .string(uid)
        object[path: "metadata", "creationTimestamp"] = .string(now.kubernetesTime)
        object[path: "metadata", "generation"] = kind.hasGeneration ? .integer(1) : .none
        object[path: "metadata", "deletionTimestamp"] = nil
        object[path: "metadata", "deletionGracePeriodSeconds"] = nil
        object[path: "metadata", "managedFields"] = nil
        if kind == .jobs {
            object[path: "spec", "selector"] = ["matchLabels": ["batch.kubernetes.io/controller-uid": .string(uid)]]
        }
        object[path: "metadata", "selfLink"] = nil
        return self.commit(.added, key, object, previous: nil)
    }

    /// Replaces an object except for its status; throws `NotFound`, `Conflict` or `Invalid`.
    mutating func update(_ key: ResourceKey, _ draft: JSONValue) throws(APIStatus) -> JSONValue {
        let present = try self.check(key, draft)
        var object = draft
        object[path: "apiVersion"] = .string(key.kind.apiVersion)
        object[path: "kind"] = .string(key.kind.kind)
        for field in ObjectMetadata.serverFields {
            object[path: "metadata", field] = present[path: "metadata", field]
        }
        if key.kind.subresources.contains("status") { object[path: "status"] = present[path: "status"] }
        let faults = ObjectMetadata.faults(key.kind, name: key.name, in: object)
        guard faults.isEmpty else { throw APIStatus.invalid(key.kind, name: key.name, faults) }
        if key.kind.hasGeneration, object[path: "spec"] != present[path: "spec"] {
            let generation = present.integer(at: "metadata", "generation") ?? 1
            object[path: "metadata", "generation"] = .integer(Int64(generation + 1))
        }
        return self.replace(key, present, with: object)
    }

    /// Replaces only an object's status; throws `NotFound` or `Conflict`.
    mutating func updateStatus(_ key: ResourceKey, _ draft: JSONValue) throws(APIStatus) -> JSONValue {
        let present = try self.check(key, draft)
        var object = present
        object[path: "status"] = draft[path: "status"]
        return self.replace(key, present, with: object)
    }

    /// Changes an object in place on behalf of the cluster itself; does nothing if it is gone or unchanged.
    mutating func modify(_ key: ResourceKey, _ change: (inout JSONValue) -> Void) {
        guard let present = self.objects[key] else { return }
        var object = present
        change(&object)
        _ = self.replace(key, present, with: object)
    }

    private func check(_ key: ResourceKey, _ draft: JSONValue) throws(APIStatus) -> JSONValue {
        let present = try self.get(key)
        if let uid = draft.string(at: "metadata", "uid"), !uid.isEmpty, uid != present.string(at: "metadata", "uid") {
            throw APIStatus.conflict(
                key,
                "Precondition failed: UID in precondition: \(uid), UID in object meta: \(present.uid)"
            )
        }
        if let version = draft.string(at: "metadata", "resourceVersion"), !version.isEmpty,
            version != present.resourceVersion
        {
            throw APIStatus.conflict(
                key,
                "the object has been modified; please apply your changes to the latest version and try again"
            )
        }
        return present
    }
}
