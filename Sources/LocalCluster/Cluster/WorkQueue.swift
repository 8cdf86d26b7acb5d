internal import MaaSCore

/// The jobs that a controller must check, now or later. Pure.
///
/// Jobs scheduled for later cost nothing until then.
struct WorkQueue: Sendable {
    private(set) var due: Set<ResourceKey> = []
    private var later: [ResourceKey: Timestamp] = [:]
    /// A lower bound of the scheduled times.
    private(set) var next: Timestamp?

    mutating func insert(_ key: ResourceKey) { self.due.insert(key) }

    mutating func formUnion(_ keys: some Sequence<ResourceKey>) { self.due.formUnion(keys) }

    mutating func insert(_ key: ResourceKey, at time: Timestamp) {
        self.later[key] = time
        self.next = self.next.map { min($0, time) } ?? time
    }

    func isLater(_ key: ResourceKey) -> Bool { self.later[key] != nil }

    /// Removes and returns a due job that is allowed.
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
