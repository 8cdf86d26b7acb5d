/// The latest changes in order, from which watches resume and paged lists are reconstructed.
struct ChangeLog: Sendable {
    /// How many changes are kept; older versions get `Expired`.
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

    /// Takes back the latest changes, so that `revision` is the newest.
    mutating func removeLast(_ count: Int, down revision: Int) {
        self.changes.removeLast(min(count, self.changes.count))
        self.horizon = min(self.horizon, revision)
    }

    /// Discards everything, like a compaction: all older watches and continuations expire.
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
