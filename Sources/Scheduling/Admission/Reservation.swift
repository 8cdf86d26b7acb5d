/// The time and place at which the first job that does not fit now will fit.
struct Reservation: Sendable {
    var time: Duration
    /// What remains free once that job has started.
    private(set) var spare: NodePool

    /// Simulates the ends of the running jobs, soonest first, until the job fits.
    ///
    /// Nil when it never does, because foreign pods hold what it needs.
    init?(for shape: Shape, pool: NodePool, running: RunningSet, now: Duration) {
        var pool = pool
        for place in 0..<running.count {
            let job = running.ending(at: place)
            let wasShort = shape.wholeCards > pool.budget
            pool.give(job.holdings)
            pool.give(job.elsewhere)
            // A job fits only if something was given back where it can use it; this is cheaper than searching
            // everywhere.
            guard wasShort || pool.hasRoom(for: shape, onAnyOf: job.holdings),
                let holdings = pool.place(for: shape)
            else { continue }
            pool.reserve(holdings)
            self.time = max(now, job.time)
            self.spare = pool
            return
        }
        return nil
    }

    /// Returns a place now for a job that would outlast the start of the reservation: only where the reservation needs
    /// nothing.
    func place(for shape: Shape, pool: NodePool) -> [Holding]? { self.spare.intersection(pool).place(for: shape) }

    mutating func take(_ holdings: [Holding]) { self.spare.take(holdings) }
}
