internal import MaaSCore

/// Every object of the cluster with the rules of Kubernetes for changing them; pure, no clock and no I/O of its own.
///
/// It is a value: a dry run works on a copy and throws the copy away.
struct ResourceStore: Sendable {
    /// The newest resource version.
    private(set) var revision: Int
    private(set) var log: ChangeLog
    /// Everything there is.
    private(set) var objects: [ResourceKey: JSONValue]
    /// Changes nobody has taken yet.
    private var untaken: [ResourceChange] = []
    /// Whether something happened that owner references may have to follow.
    var needsCollection = true
    let makeUID: @Sendable () -> String

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

// MARK: - Committing

extension ResourceStore {
    /// Commits a new state; the last finalizer gone from an object that is being deleted removes it.
    mutating func replace(_ key: ResourceKey, _ present: JSONValue, with object: JSONValue) -> JSONValue {
        guard object != present else { return present }
        if object.string(at: "metadata", "deletionTimestamp") != nil, !object.isHeldFromRemoval {
            return self.commit(.deleted, key, object, previous: present)
        }
        return self.commit(.modified, key, object, previous: present)
    }

    /// Makes a new state the newest, and a change of it.
    mutating func commit(
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
