/// The time and the place at which the first job that has no room will have it.
struct Reservation: Sendable {
    var time: Duration
    /// What is free at that time when the job has started.
    private(set) var spare: NodePool

    /// Goes through the ends of the running jobs, soonest first, until there is room.
    ///
    /// Nil when there will be none: what it needs is held by pods of others.
    init?(for shape: Shape, pool: NodePool, running: RunningSet, now: Duration) {
        var pool = pool
        for place in 0..<running.count {
            let job = running.ending(at: place)
            let wasShort = shape.wholeCards > pool.budget
            pool.give(job.holdings)
            if job.missingCards > 0 { pool.giveSomewhere(job.missingCards) }
            // Where nothing was given back there is no more room than before: quicker than to look everywhere.
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

    /// A place now for a job that goes on beyond the reservation: only what the reservation does not need.
    func place(for shape: Shape, pool: NodePool) -> [Holding]? { self.spare.intersection(pool).place(for: shape) }

    mutating func take(_ holdings: [Holding]) { self.spare.take(holdings) }
}
