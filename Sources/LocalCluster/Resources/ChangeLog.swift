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
        changes.append(change)
        if changes.count > window, let dropped = changes.popFirst() { horizon = dropped.revision }
    }

    /// Forgets everything, as a compaction does: all older watches and continuations expire.
    mutating func compact(to revision: Int) {
        changes = []
        horizon = revision
    }

    /// The changes after `revision`, oldest first; nil when some of them are gone from the log.
    func changes(after revision: Int) -> ArraySlice<ResourceChange>? {
        guard revision >= horizon else { return nil }
        let first = changes.lastIndex { $0.revision <= revision }.map { changes.index(after: $0) }
        return changes[(first ?? changes.startIndex)...]
    }
}
