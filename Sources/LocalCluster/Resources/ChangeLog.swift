/// The newest changes in order: what a watch can resume from and a paged list can go back to.
struct ChangeLog: Sendable {
    /// How many changes are kept; whoever is further behind is told `Expired`.
    let window: Int
    /// The newest revision that is no longer in the log.
    private(set) var horizon: Int
    private var changes: ArraySlice<ResourceChange> = []

    init(window: Int, horizon: Int) {
        self.window = window
        self.horizon = horizon
    }

    mutating func append(_ change: ResourceChange) {
        self.changes.append(change)
        if self.changes.count > self.window, let dropped = self.changes.popFirst() { self.horizon = dropped.revision }
    }

    /// Forgets everything, as a compaction does: all older watches and continuations expire.
    mutating func compact(to revision: Int) {
        self.changes = []
        self.horizon = revision
    }

    /// The changes after `revision`, oldest first; nil when some of them are gone from the log.
    func changes(after revision: Int) -> ArraySlice<ResourceChange>? {
        guard revision >= self.horizon else { return nil }
        let first = self.changes.lastIndex { $0.revision <= revision }.map { self.changes.index(after: $0) }
        return self.changes[(first ?? self.changes.startIndex)...]
    }
}
