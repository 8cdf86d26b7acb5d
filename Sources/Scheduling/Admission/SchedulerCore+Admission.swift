extension SchedulerCore {
    /// A job that was just started, and its lane.
    struct Start: Sendable {
        var job: Int
        var lane: Int
    }

    /// Returns the jobs that start now, and those that must end to make room for a queued one.
    mutating func admit(now: Duration) -> (starts: [Start], preemptions: [Preemption]) {
        let starts = self.start(now: now)
        return (starts, self.preempt(now: now))
    }

    mutating func start(now: Duration) -> [Start] {
        self.advance(to: now)
        self.head = nil
        guard !self.pauses.contains(.everything) else { return [] }
        var pass = AdmissionPass(shapes: self.cluster.shapes.count)
        pass.isRoomBeingMade = self.isMakingRoom(now: now)
        var starts: [Start] = []
        while let next = self.startNext(&pass, now: now) { starts.append(next) }
        for lane in pass.aside { self.queue.resume(lane) }
        self.head = pass.refused.first
        return starts
    }

    /// Starts the next eligible job, or returns nil when there is none.
    private mutating func startNext(_ pass: inout AdmissionPass, now: Duration) -> Start? {
        while let lane = self.queue.first(open: { pass.isOpen($0) }), let row = self.queue.lanes[lane].rows.first {
            let key = self.queue.lanes[lane].key
            let shape = self.cluster.shapes[key.shape]
            guard self.templates.hasRoom(shape.key.template, for: shape.cost) else {
                self.close(template: shape.key.template, &pass)
                continue
            }
            guard self.queue.accounts[key.user].hasRoom(for: shape.cost) else {
                self.queue.reachedLimit(key.user, now: now)
                continue
            }
            guard var holdings = self.cluster.pool.place(for: shape) else {
                pass.refuse(lane, shape: key.shape)
                continue
            }
            self.reserve(&pass, now: now)
            let end = now + self.durations.pessimistic(Int(row.workload))
            if let reservation = pass.reservation {
                guard self.policy.backfill.isEnabled else { return nil }
                // While room is made for the first job, a backfilled one would have to be ended in turn, and the next
                // one after it.
                if end > reservation.time || pass.isRoomBeingMade {
                    guard let spare = reservation.place(for: shape, pool: self.cluster.pool) else {
                        pass.skipLane(lane, shape: key.shape, depth: self.policy.backfill.depth)
                        self.queue.skipTurn(lane)
                        continue
                    }
                    holdings = spare
                    pass.reservation?.take(holdings)
                }
            }
            return self.start(lane, holdings, isInTurn: pass.refused.isEmpty, now: now)
        }
        return nil
    }

    /// Finds the reservation that holds others back, if any. Called only when another job fits.
    private func reserve(_ pass: inout AdmissionPass, now: Duration) {
        while pass.reservation == nil, pass.asked < pass.refused.count {
            let shape = self.cluster.shapes[self.queue.lanes[pass.refused[pass.asked]].key.shape]
            pass.reservation = Reservation(for: shape, pool: self.cluster.pool, running: self.running, now: now)
            pass.asked += 1
        }
    }

    private func close(template: Int, _ pass: inout AdmissionPass) {
        for shape in self.cluster.shapes.indices where self.cluster.shapes[shape].key.template == template {
            pass.close(shape)
        }
    }

    private mutating func start(_ lane: Int, _ holdings: [Holding], isInTurn: Bool, now: Duration) -> Start? {
        guard let row = self.queue.lanes[lane].rows.first else { return nil }
        let key = self.queue.lanes[lane].key
        let shape = self.cluster.shapes[key.shape]
        let workload = Int(row.workload)
        var occupant = Occupant(
            job: Int(row.job),
            user: key.user,
            // A job that rose by ageing is not preempted by the class it rose into.
            rank: self.queue.lanes[lane].servedRank,
            workload: workload,
            template: shape.key.template,
            cost: shape.cost,
            cards: shape.cards,
            startedAt: now,
            expectedDuration: self.durations.expected(workload)
        )
        occupant.placement = self.cluster.placement(of: holdings, demand: shape.key.demand)
        occupant.holdings = holdings
        _ = self.queue.take(from: lane, cost: occupant.charged, isInTurn: isInTurn, now: now)
        self.cluster.take(holdings)
        self.add(occupant)
        return Start(job: Int(row.job), lane: lane)
    }
}
