internal import MaaSCore

/// Which jobs a controller is to look at: at once, or later. Pure.
///
/// Jobs that wait for their time cost nothing until it comes.
struct JobAgenda: Sendable {
    private(set) var due: Set<ResourceKey> = []
    private var later: [ResourceKey: Timestamp] = [:]
    /// No later than the first of them.
    private(set) var next: Timestamp?

    mutating func insert(_ key: ResourceKey) { self.due.insert(key) }

    mutating func formUnion(_ keys: some Sequence<ResourceKey>) { self.due.formUnion(keys) }

    mutating func insert(_ key: ResourceKey, at time: Timestamp) {
        self.later[key] = time
        self.next = self.next.map { min($0, time) } ?? time
    }

    func isLater(_ key: ResourceKey) -> Bool { self.later[key] != nil }

    /// Takes one that is due, of those that may be looked at.
    mutating func popDue(at now: Timestamp, where isAllowed: (ResourceKey) -> Bool) -> ResourceKey? {
        if let next, next <= now {
            for (key, time) in self.later where time <= now {
                self.later[key] = nil
                self.due.insert(key)
            }
            self.next = self.later.values.min()
        }
        return self.due.first(where: isAllowed).flatMap { self.due.remove($0) }
    }
}
