internal import MaaSCore

/// The attempts of a term, and which of them are to be looked at: those of which something was heard, and those whose
/// time has come. The others cost nothing.
struct AttemptTable: Sendable {
    private var byID: [AttemptID: Attempt] = [:]
    private var changed: Set<AttemptID> = []
    /// When to look at each although nothing was heard.
    private var looks: [AttemptID: Timestamp] = [:]

    /// Whatever is done to an attempt by way of this is something that was heard.
    subscript(id: AttemptID) -> Attempt? {
        get { self.byID[id] }
        set {
            self.byID[id] = newValue
            self.changed.insert(id)
        }
    }

    var ids: [AttemptID] { self.byID.keys.sorted() }

    /// Those to be looked at, in order.
    func due(now: Timestamp) -> [AttemptID] {
        self.changed.union(self.looks.lazy.filter { $0.value <= now }.map(\.key)).sorted()
    }

    /// Takes that an attempt has no further step for now.
    mutating func looked(at id: AttemptID, now: Timestamp) {
        self.changed.remove(id)
        self.looks[id] = self.byID[id]?.nextLook(after: now)
    }

    /// When the next one is to be looked at, of those that were before.
    var nextLook: Timestamp? { self.looks.values.min() }
}
