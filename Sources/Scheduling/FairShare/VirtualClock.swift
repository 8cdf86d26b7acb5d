/// The virtual time of a class: start-time fair queueing (Goyal, Vin and Cheng, 1996).
struct VirtualClock: Sendable {
    /// The start tag of the last job served in turn; users who join now start here, level with the others.
    private(set) var time = 0.0
    /// The finish tag of the last job that rose into the class. All of these share one user's place, so that they
    /// cannot crowd out the class's own jobs.
    private var risenFinish = 0.0

    mutating func serve(tag: Double) { self.time = max(self.time, tag) }

    /// The start tag of a job that rises into the class.
    mutating func rise(cost: Double) -> Double {
        let tag = max(self.time, self.risenFinish)
        self.risenFinish = tag + cost
        return tag
    }
}
