/// The inputs of a search for victims that found none; it need not be repeated until one of them changes.
struct PreemptionSearch: Sendable {
    /// The shape and class of the queued job.
    var shape: Int
    var rank: Int
    /// The revisions of the running jobs and of the nodes.
    var runningRevision: Int
    var clusterRevision: Int
    /// When the next running job reaches the minimum run time.
    var until: Duration?

    /// Whether another search now would find none either.
    func holds(for other: PreemptionSearch, now: Duration) -> Bool {
        self.shape == other.shape && self.rank == other.rank && self.runningRevision == other.runningRevision
            && self.clusterRevision == other.clusterRevision && self.until.map { now < $0 } ?? true
    }
}
