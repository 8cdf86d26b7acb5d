internal import MaaSCore

/// The cluster's objects and Kubernetes' rules for changing them; pure, without a clock or I/O of its own.
///
/// A value type: a dry run changes a copy and discards it.
struct ResourceStore: Sendable {
    /// The latest resource version.
    private(set) var revision: Int
    private(set) var log: ChangeLog
    /// All objects.
    private(set) var objects: [ResourceKey: JSONValue]
    private var owners: OwnerIndex
    /// Changes not taken yet.
    private var untaken: [ResourceChange] = []
    /// Whether something happened that may concern dependent objects.
    var needsCollection = true
    let makeUID: @Sendable () -> String

    /// - Parameters:
    ///   - revision: where counting continues; every earlier watch expires.
    ///   - window: how many changes a watch may be behind.
    ///   - makeUID: makes the `metadata.uid` of each new object.
    init(
        objects: [ResourceKey: JSONValue] = [:],
        revision: Int = 1,
        window: Int = 4096,
        makeUID: @escaping @Sendable () -> String
    ) {
        self.objects = objects
        self.owners = OwnerIndex(objects)
        self.revision = revision
        self.makeUID = makeUID
        self.log = ChangeLog(window: window, horizon: revision)
    }

    /// Returns the changes since the last call, oldest first.
    mutating func takeChanges() -> [ResourceChange] {
        defer { self.untaken = [] }
        return self.untaken
    }

    /// Whether there are changes that nobody has taken.
    var hasChanges: Bool { !self.untaken.isEmpty }

    /// Takes back the latest changes, which were taken and could not be stored.
    mutating func undo(_ changes: [ResourceChange]) {
        for change in changes.reversed() { self.set(change.key, change.previous) }
        self.revision -= changes.count
        self.log.removeLast(changes.count, down: self.revision)
    }

    /// The objects of a kind that name the object with this uid as an owner, sorted by key.
    func objects(
        _ kind: ResourceKind,
        ownedBy uid: String,
        in namespace: String
    ) -> [(key: ResourceKey, value: JSONValue)] {
        let keys = self.owners[uid].filter { $0.kind == kind && $0.namespace == namespace }
        return keys.sorted().compactMap { key in self.objects[key].map { (key, $0) } }
    }

    /// Discards the history: watches that are behind, and unfinished paged lists, expire.
    mutating func compact() {
        self.log.compact(to: self.revision)
    }
}

// MARK: - Committing

extension ResourceStore {
    /// Commits a new state; removes an object that is being deleted once its last finalizer is gone.
    mutating func replace(_ key: ResourceKey, _ present: JSONValue, with object: JSONValue) -> JSONValue {
        guard object != present else { return present }
        if object.isBeingDeleted, !object.isHeldFromRemoval {
            return self.commit(.deleted, key, object, previous: present)
        }
        return self.commit(.modified, key, object, previous: present)
    }

    /// Commits a state under the next revision and logs the change.
    mutating func commit(
        _ kind: ResourceChange.Kind,
        _ key: ResourceKey,
        _ state: JSONValue,
        previous: JSONValue?
    ) -> JSONValue {
        self.revision += 1
        var object = state
        object[path: "metadata", "resourceVersion"] = .string("\(self.revision)")
        // `nil` would become JSON's null here, since `JSONValue` is expressible by a nil literal.
        self.set(key, kind == .deleted ? .none : object)
        let change = ResourceChange(kind: kind, key: key, revision: self.revision, object: object, previous: previous)
        self.log.append(change)
        self.untaken.append(change)
        if kind == .deleted || object.isBeingDeleted { self.needsCollection = true }
        return object
    }

    private mutating func set(_ key: ResourceKey, _ object: JSONValue?) {
        self.owners.replace(key, self.objects[key], with: object)
        self.objects[key] = object
    }
}
