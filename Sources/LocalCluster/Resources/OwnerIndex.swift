internal import MaaSCore

/// Which objects name an owner in their owner references, by the owner's uid.
struct OwnerIndex: Sendable {
    private var owned: [String: Set<ResourceKey>] = [:]

    init(_ objects: [ResourceKey: JSONValue]) {
        for (key, object) in objects { self.replace(key, nil, with: object) }
    }

    subscript(uid: String) -> Set<ResourceKey> { self.owned[uid] ?? [] }

    mutating func replace(_ key: ResourceKey, _ previous: JSONValue?, with object: JSONValue?) {
        let (before, after) = (Self.owners(of: previous), Self.owners(of: object))
        guard before != after else { return }
        for uid in before {
            self.owned[uid]?.remove(key)
            if self.owned[uid]?.isEmpty == true { self.owned[uid] = nil }
        }
        for uid in after { self.owned[uid, default: []].insert(key) }
    }

    private static func owners(of object: JSONValue?) -> [String] {
        object?.elements(at: "metadata", "ownerReferences").compactMap { $0.string(at: "uid") } ?? []
    }
}
