internal import MaaSCore

/// The rules for `metadata`, the same for every kind.
enum ObjectMetadata {
    /// Keeps an owner until its dependents are gone.
    static let foregroundFinalizer = "foregroundDeletion"
    /// Keeps an owner until its dependents no longer refer to it.
    static let orphanFinalizer = "orphan"
    /// Fields that only the server sets.
    static let serverFields = [
        "name", "namespace", "uid", "creationTimestamp", "generation", "deletionTimestamp",
        "deletionGracePeriodSeconds",
    ]

    /// All faults in the metadata of an object to be stored.
    static func faults(_ kind: ResourceKind, name: String, in object: JSONValue) -> [FieldFault] {
        var faults: [FieldFault] = []
        if name.isEmpty {
            faults.append(.required("metadata.name", "name or generateName is required"))
        } else if let why = DNSName.fault(in: name, isLabel: kind == .namespaces || kind == .services) {
            faults.append(.invalid("metadata.name", "\"\(name)\"", why))
        }
        for (key, value) in object.members(at: "metadata", "labels").sorted(by: { $0.key < $1.key }) {
            guard case .string(let text) = value else {
                faults.append(.invalid("metadata.labels", "\"\(key)\"", "a label value must be a string"))
                continue
            }
            if !DNSName.isLabelValue(text) {
                faults.append(
                    .invalid(
                        "metadata.labels",
                        "\"\(text)\"",
                        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', "
                            + "and must start and end with an alphanumeric character, 63 characters at most"
                    )
                )
            }
        }
        let annotations = object.strings(at: "metadata", "annotations")
        if annotations.reduce(0, { $0 + $1.key.utf8.count + $1.value.utf8.count }) > 262_144 {
            faults.append(.invalid("metadata.annotations", "\"\"", "must have at most 262144 bytes"))
        }
        return faults
    }
}

extension ResourceKind {
    /// Whether `metadata.generation` counts the changes of the spec.
    var hasGeneration: Bool { self == .pyTorchJobs || self == .jobs }
}

extension JSONValue {
    /// `metadata.uid`.
    var uid: String { self.string(at: "metadata", "uid") ?? "" }

    /// `metadata.resourceVersion`.
    var resourceVersion: String { self.string(at: "metadata", "resourceVersion") ?? "" }

    /// `metadata.name`.
    var name: String { self.string(at: "metadata", "name") ?? "" }

    /// `metadata.namespace`.
    var namespace: String { self.string(at: "metadata", "namespace") ?? "" }

    /// Whether its deletion has begun.
    var isBeingDeleted: Bool { self.string(at: "metadata", "deletionTimestamp") != nil }

    /// Whether an object that is being deleted must stay for now.
    var isHeldFromRemoval: Bool {
        !self.elements(at: "metadata", "finalizers").isEmpty
            || (self.integer(at: "metadata", "deletionGracePeriodSeconds") ?? 0) > 0
            || self.string(at: "kind") == ResourceKind.namespaces.kind
    }

    /// Whether it has owners and none of them exists any more.
    func isOrphaned(among owners: Set<String>) -> Bool {
        let references = self.elements(at: "metadata", "ownerReferences")
        return !references.isEmpty && references.allSatisfy { !owners.contains($0.string(at: "uid") ?? "") }
    }

    /// Whether the object with this uid is among its owners.
    func isOwned(by uid: String) -> Bool {
        self.elements(at: "metadata", "ownerReferences").contains { $0.string(at: "uid") == uid }
    }

    /// Whether a foreground deletion of that owner has to wait for this object.
    func blocksDeletion(of uid: String) -> Bool {
        self.elements(at: "metadata", "ownerReferences").contains { reference in
            reference.string(at: "uid") == uid && reference.bool(at: "blockOwnerDeletion") == true
        }
    }

    /// Removes an owner from the owner references.
    mutating func removeOwner(_ uid: String) {
        let rest = self.elements(at: "metadata", "ownerReferences").filter { $0.string(at: "uid") != uid }
        self[path: "metadata", "ownerReferences"] = rest.isEmpty ? .none : .array(rest)
    }

    /// The grace period of a pod's containers in seconds; 0 if none runs: not bound to a node yet, or already over.
    func terminationGrace(asked: Int?) -> Int {
        let phase = self.string(at: "status", "phase")
        guard self.string(at: "spec", "nodeName") != nil, phase != "Succeeded", phase != "Failed" else { return 0 }
        return asked ?? self.integer(at: "spec", "terminationGracePeriodSeconds") ?? 30
    }
}

extension [JSONValue] {
    /// Appends a value unless it is present.
    mutating func appendUnlessPresent(_ value: JSONValue) {
        if !self.contains(value) { self.append(value) }
    }
}
