extension SchedulerCore {
    /// A job to be ended, and the queued job that gets its GPUs.
    typealias Preemption = (victim: Int, beneficiary: Int)

    /// Returns running jobs of lower classes to end for the first queued job: none unless it would otherwise wait long
    /// and would then fit. Greedily minimizes the work lost.
    ///
    /// A search without result is not repeated until one of its inputs changes.
    mutating func preempt(now: Duration) -> [Preemption] {
        guard let policy = self.policy.preemption, let head = self.head,
            let row = self.queue.lanes[head].rows.first
        else {
            self.vainSearch = nil
            return []
        }
        let key = self.queue.lanes[head].key
        var search = PreemptionSearch(
            shape: key.shape,
            rank: key.rank,
            runningRevision: self.running.revision,
            clusterRevision: self.cluster.revision
        )
        if self.vainSearch?.holds(for: search, now: now) == true { return [] }
        self.preemptionSearches += 1
        let victims = self.victims(policy, &search, now: now)
        self.vainSearch = victims.isEmpty ? search : nil
        if !victims.isEmpty { self.ending.since = now }
        for victim in victims {
            self.running.update(victim.job) {
                $0.isPreempted = true
                // Allows for its pods' grace period.
                $0.expectedEnd = now + Self.grace
                $0.plannedEnd = $0.expectedEnd
            }
        }
        return victims.map { ($0.job, Int(row.job)) }
    }

    /// Whether jobs are being ended to make room. False once none of them has ended for long: a pod may stay forever,
    /// on an unreachable node or with an unkillable process.
    mutating func isMakingRoom(now: Duration) -> Bool {
        if self.running.preempted != self.ending.count { self.ending = (self.running.preempted, now) }
        return self.ending.count > 0 && now < self.ending.since + Self.endingLimit
    }

    /// Returns the victims. Records when there may be others without any further change.
    private mutating func victims(
        _ policy: PreemptionPolicy,
        _ search: inout PreemptionSearch,
        now: Duration
    ) -> [Occupant] {
        let shape = self.cluster.shapes[search.shape]
        var pool = self.cluster.pool
        let isMakingRoom = self.isMakingRoom(now: now)
        if isMakingRoom {
            for job in self.running.occupants where job.isPreempted {
                pool.give(job.holdings)
                pool.give(job.elsewhere)
            }
        }
        // Room is being made already.
        guard pool.place(for: shape) == nil else {
            if isMakingRoom { search.until = self.ending.since + Self.endingLimit }
            return []
        }
        if let reservation = Reservation(for: shape, pool: self.cluster.pool, running: self.running, now: now),
            reservation.time <= now + policy.patience
        {
            return []
        }
        let lower = self.running.occupants.filter {
            $0.user != nil && $0.rank > search.rank && !$0.isPreempted && !$0.holdings.isEmpty
        }
        search.until = lower.map { $0.startedAt + policy.minimumRunTime }.filter { $0 > now }.min()
        return Self.victims(
            among: lower.filter { $0.startedAt + policy.minimumRunTime <= now },
            for: shape,
            pool: pool,
            now: now
        )
    }

    /// The usual grace period of pods.
    private static let grace = Duration.seconds(30)
    /// Longer than the pods of any template take to end.
    private static let endingLimit = Duration.seconds(600)

    private static func victims(
        among candidates: [Occupant],
        for shape: Shape,
        pool: NodePool,
        now: Duration
    ) -> [Occupant] {
        var groups = [candidates]
        if shape.pods.count == 1 {
            // A single pod needs one node: ending jobs elsewhere would be pointless.
            groups += Set(candidates.flatMap { $0.holdings.map(\.node) }).sorted().map { node in
                candidates.filter { $0.holdings.contains { $0.node == node } }
            }
        }
        return groups.compactMap { Self.enough(of: $0, for: shape, pool: pool, now: now) }
            .min { Self.cost(of: $0, now: now) < Self.cost(of: $1, now: now) } ?? []
    }

    /// Returns a minimal subset that makes room; nil when even all of them do not.
    private static func enough(of candidates: [Occupant], for shape: Shape, pool: NodePool, now: Duration)
        -> [Occupant]?
    {
        var pool = pool
        var chosen: [Occupant] = []
        // The least urgent first, and among these the smallest loss first.
        let ordered = candidates.map { (job: $0, loss: $0.loss(now: now)) }.sorted { left, right in
            left.job.rank != right.job.rank ? left.job.rank > right.job.rank : left.loss < right.loss
        }
        for (job, _) in ordered {
            pool.give(job.holdings)
            chosen.append(job)
            if pool.place(for: shape) != nil { break }
        }
        guard pool.place(for: shape) != nil else { return nil }
        // Some may turn out unnecessary: the costliest are checked first.
        for job in chosen.reversed() {
            pool.take(job.holdings)
            if pool.place(for: shape) == nil { pool.give(job.holdings) } else { chosen.removeAll { $0.job == job.job } }
        }
        return chosen
    }

    /// The cost of ending them: urgency first, then the work lost.
    private static func cost(of jobs: [Occupant], now: Duration) -> (Int, Double) {
        (-(jobs.map(\.rank).min() ?? 0), jobs.reduce(0) { $0 + $1.loss(now: now) })
    }
}

extension Occupant {
    /// GPU-seconds that would have to be redone.
    fileprivate func loss(now: Duration) -> Double { self.cost * max(.zero, now - self.startedAt).inSeconds }
}
