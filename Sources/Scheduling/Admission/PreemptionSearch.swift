/// What was looked at when nobody was found to make room: until something of it changes, nobody will be.
struct PreemptionSearch: Sendable {
    /// Of the job that waits: what it asks for, and its class.
    var shape: Int
    var rank: Int
    /// Of the jobs that run, and of the nodes.
    var runningRevision: Int
    var clusterRevision: Int
    /// When one who was too young will have run for long enough.
    var until: Duration?

    /// Whether another search now would find nobody either.
    func holds(for other: PreemptionSearch, now: Duration) -> Bool {
        self.shape == other.shape && self.rank == other.rank && self.runningRevision == other.runningRevision
            && self.clusterRevision == other.clusterRevision && self.until.map { now < $0 } ?? true
    }
}
