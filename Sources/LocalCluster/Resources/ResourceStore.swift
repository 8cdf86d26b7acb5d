internal import MaaSCore

/// Every object of the cluster with the rules of Kubernetes for changing them; pure, no clock and no I/O of its own.
///
/// It is a value: a dry run works on a copy and throws the copy away.
struct ResourceStore: Sendable {
    /// The newest resource version.
    private(set) var revision: Int
    private(set) var log: ChangeLog
    private var objects: [ResourceKey: JSONValue]
    /// Changes nobody has taken yet.
    private var untaken: [ResourceChange] = []
    /// Whether something happened that owner references may have to follow.
    private(set) var needsCollection = true
    private let makeUID: @Sendable () -> String

    /// - Parameters:
    ///   - revision: where counting goes on; every watch from before it expires.
    ///   - window: how many changes a watcher may be behind.
    ///   - makeUID: gives each new object its `metadata.uid`.
    init(
        objects: [ResourceKey: JSONValue] = [:],
        revision: Int = 1,
        window: Int = 4096,
        makeUID: @escaping @Sendable () -> String
    ) {
        self.objects = objects
        self.revision = revision
        self.makeUID = makeUID
        self.log = ChangeLog(window: window, horizon: revision)
    }

    /// Hands over the changes since the last call, oldest first.
    mutating func takeChanges() -> [ResourceChange] {
        defer { self.untaken = [] }
        return self.untaken
    }

    /// Forgets the history: watches that are behind, and pages that are under way, expire.
    mutating func compact() {
        self.log.compact(to: self.revision)
    }
}

// MARK: - Reading

extension ResourceStore {
    /// The object under a key, if there is one.
    subscript(key: ResourceKey) -> JSONValue? { self.objects[key] }

    /// The object under a key; throws `NotFound`.
    func get(_ key: ResourceKey) throws(APIStatus) -> JSONValue {
        guard let object = self.objects[key] else { throw APIStatus.notFound(key) }
        return object
    }

    /// All objects a filter selects, in the order of their keys.
    func objects(_ filter: ResourceFilter) -> [(key: ResourceKey, value: JSONValue)] {
        ResourceStore.select(filter, from: self.objects)
    }

    /// Everything there is: what a snapshot writes down.
    var everything: [ResourceKey: JSONValue] { self.objects }

    /// One page of what a filter selects.
    ///
    /// All pages of a list show the revision of the first one; when that has left the log the answer is `Expired`.
    func list(_ filter: ResourceFilter, limit: Int? = nil, token: String? = nil) throws(APIStatus) -> ListPage {
        var page = self.revision
        var selected: [(key: ResourceKey, value: JSONValue)]
        if let token {
            let continuation = try ListContinuation(token: token)
            page = continuation.revision
            let last = ResourceKey(filter.kind, namespace: continuation.namespace, name: continuation.name)
            selected = ResourceStore.select(filter, from: try self.objects(at: page)).filter { $0.key > last }
        } else {
            selected = self.objects(filter)
        }
        guard let limit, limit > 0, selected.count > limit else {
            return ListPage(items: selected.map(\.value), revision: page, continuation: nil, remaining: nil)
        }
        return ListPage(
            items: selected.prefix(limit).map(\.value),
            revision: page,
            continuation: ListContinuation(revision: page, after: selected[limit - 1].key).token,
            remaining: selected.count - limit
        )
    }

    /// What a watcher that has seen everything up to `revision` has missed; throws `Expired` when that is not known any more.
    func events(_ filter: ResourceFilter, after revision: Int) throws(APIStatus) -> [WatchEvent] {
        guard let changes = self.log.changes(after: revision) else {
            throw APIStatus.expired(revision, current: self.revision)
        }
        return changes.compactMap(filter.event)
    }

    /// The objects as they were at an earlier revision, by taking the changes since then back.
    private func objects(at revision: Int) throws(APIStatus) -> [ResourceKey: JSONValue] {
        guard let changes = self.log.changes(after: revision), revision <= self.revision else {
            throw APIStatus(
                .expired,
                "The provided continue parameter is too old to display a consistent list result. "
                    + "You must start a new list without the continue parameter."
            )
        }
        var past = self.objects
        for change in changes.reversed() { past[change.key] = change.previous }
        return past
    }

    private static func select(
        _ filter: ResourceFilter,
        from objects: [ResourceKey: JSONValue]
    ) -> [(key: ResourceKey, value: JSONValue)] {
        objects.filter { filter.matches($0.key, $0.value) }.sorted { $0.key < $1.key }
    }
}

// MARK: - Writing

extension ResourceStore {
    /// Stores a new object; throws `AlreadyExists`, `NotFound` for its namespace, or `Invalid` for its metadata.
    ///
    /// The server's own fields are set here, whatever the client wrote into them.
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
                isBeingDeleted: present.string(at: "metadata", "deletionTimestamp") != nil
            )
        }
        if kind.isNamespaced {
            let home = ResourceKey(.namespaces, name: namespace)
            let space = try self.get(home)
            guard space.string(at: "metadata", "deletionTimestamp") == nil else {
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

    /// Replaces an object, all but its status; throws `NotFound`, `Conflict` or `Invalid`.
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

    /// Replaces an object's status and nothing else; throws `NotFound` or `Conflict`.
    mutating func updateStatus(_ key: ResourceKey, _ draft: JSONValue) throws(APIStatus) -> JSONValue {
        let present = try self.check(key, draft)
        var object = present
        object[path: "status"] = draft[path: "status"]
        return self.replace(key, present, with: object)
    }

    /// Changes an object in place on behalf of the cluster itself; does nothing where it is gone or stays the same.
    mutating func modify(_ key: ResourceKey, _ change: (inout JSONValue) -> Void) {
        guard let present = self.objects[key] else { return }
        var object = present
        change(&object)
        _ = self.replace(key, present, with: object)
    }

    /// Commits a new state; the last finalizer gone from an object that is being deleted removes it.
    private mutating func replace(_ key: ResourceKey, _ present: JSONValue, with object: JSONValue) -> JSONValue {
        guard object != present else { return present }
        if object.string(at: "metadata", "deletionTimestamp") != nil, !object.isHeldFromRemoval {
            return self.commit(.deleted, key, object, previous: present)
        }
        return self.commit(.modified, key, object, previous: present)
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

    private mutating func commit(
        _ kind: ResourceChange.Kind,
        _ key: ResourceKey,
        _ state: JSONValue,
        previous: JSONValue?
    ) -> JSONValue {
        self.revision += 1
        var object = state
        object[path: "metadata", "resourceVersion"] = .string("\(self.revision)")
        // `nil` would be JSON's null here, for a JSON value can be written so.
        self.objects[key] = kind == .deleted ? .none : object
        let change = ResourceChange(kind: kind, key: key, revision: self.revision, object: object, previous: previous)
        self.log.append(change)
        self.untaken.append(change)
        if kind == .deleted || object.string(at: "metadata", "deletionTimestamp") != nil { self.needsCollection = true }
        return object
    }
}

// MARK: - Deleting

extension ResourceStore {
    /// What a deletion has come to.
    enum Deletion: Sendable, Hashable {
        /// The object is gone; this was its last state.
        case removed(JSONValue)
        /// The object waits for its finalizers or for its containers to end.
        case pending(JSONValue)
    }

    /// Deletes an object, or begins to; throws `NotFound`, or `Conflict` for a precondition that does not hold.
    ///
    /// - Parameter grace: seconds its containers get; 0 removes a pod from the store at once.
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

    /// Follows the owner references until nothing is left to do: what the garbage collector of Kubernetes does.
    mutating func collectGarbage(now: Timestamp) {
        while self.needsCollection {
            self.needsCollection = false
            let owners = Set(self.objects.values.map(\.uid))
            for key in self.objects.keys.sorted() {
                guard let object = self.objects[key] else { continue }
                if object.string(at: "metadata", "deletionTimestamp") != nil {
                    self.finishDeletion(of: key, object, now: now)
                } else if object.isOrphaned(among: owners) {
                    _ = try? self.delete(key, DeletionOptions(), now: now)
                }
            }
        }
    }

    /// Moves an object on that waits for its dependents.
    private mutating func finishDeletion(of key: ResourceKey, _ object: JSONValue, now: Timestamp) {
        let finalizers = object.elements(at: "metadata", "finalizers")
        let dependents = self.objects.filter { entry in
            key.kind == .namespaces ? entry.key.namespace == key.name : entry.value.isOwned(by: object.uid)
        }
        if key.kind == .namespaces || finalizers.contains(.string(ObjectMetadata.foregroundFinalizer)) {
            for dependent in dependents where dependent.value.string(at: "metadata", "deletionTimestamp") == nil {
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

    /// Takes a finalizer off an object; the last one off an object that is being deleted removes it.
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
