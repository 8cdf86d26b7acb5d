internal import MaaSCore

/// The attempts of a term. Only those with new facts or an elapsed timer are examined; the others cost nothing.
struct AttemptTable: Sendable {
    private var byID: [AttemptID: Attempt] = [:]
    private var changed: Set<AttemptID> = []
    /// When to examine each if no fact arrives.
    private var checks: [AttemptID: Timestamp] = [:]

    /// Setting an attempt marks it as changed.
    subscript(id: AttemptID) -> Attempt? {
        get { self.byID[id] }
        set {
            self.byID[id] = newValue
            self.changed.insert(id)
        }
    }

    var ids: [AttemptID] { self.byID.keys.sorted() }

    /// The attempts to examine, in order.
    func due(now: Timestamp) -> [AttemptID] {
        self.changed.union(self.checks.lazy.filter { $0.value <= now }.map(\.key)).sorted()
    }

    /// Marks all attempts as changed.
    mutating func touchAll() { self.changed.formUnion(self.byID.keys) }

    /// Records that an attempt has no further step for now.
    mutating func didExamine(_ id: AttemptID, now: Timestamp, view: ClusterView) {
        self.changed.remove(id)
        self.checks[id] = self.byID[id]?.nextCheck(after: now, view: view)
    }

    /// When the next timer of an examined attempt elapses.
    var nextCheck: Timestamp? { self.checks.values.min() }
}
