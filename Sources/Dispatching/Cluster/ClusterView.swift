internal import MaaSCore

/// Whether the facts about the cluster are up to date. While they are not, nothing follows from what was not shown: a
/// pod may have been running for long.
struct ClusterView: Sendable {
    /// A shorter gap is a watch that was cut and resumed.
    static let shortGap = Duration.seconds(10)

    private(set) var isCurrent = true
    /// When that changed last; nil if it never did.
    private var changedAt: Timestamp?
    /// When the last gap ended that was not short.
    private var restoredAt: Timestamp?

    mutating func change(isCurrent: Bool, now: Timestamp) {
        guard isCurrent != self.isCurrent else { return }
        if self.isLost(at: now) { self.restoredAt = now }
        self.isCurrent = isCurrent
        self.changedAt = now
    }

    /// When the present gap ceases to be short, or did; nil while there is none.
    var lostAt: Timestamp? { self.isCurrent ? nil : self.changedAt.map { $0 + Self.shortGap } }

    func isLost(at now: Timestamp) -> Bool { self.lostAt.map { now >= $0 } ?? false }

    /// When patience that began at `start` ends; nil while that cannot be told.
    ///
    /// It begins again after a gap, in which what was waited for may have happened. Not after a short one, or frequent
    /// cuts would prolong it forever; but what happened in that still has to arrive.
    func end(of patience: Duration, since start: Timestamp) -> Timestamp? {
        guard self.isCurrent else { return nil }
        let end = max(start, self.restoredAt ?? start) + patience
        return max(end, (self.changedAt ?? start) + min(patience, Self.shortGap))
    }

    /// Whether patience that began at `start` has ended.
    func hasEnded(_ patience: Duration, since start: Timestamp, now: Timestamp) -> Bool {
        self.end(of: patience, since: start).map { now >= $0 } ?? false
    }
}
