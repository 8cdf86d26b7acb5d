extension WaitingQueue {
    /// When the next flow rises.
    var nextChange: Duration? { self.rises.first?.due }

    /// Raises the flows that have waited long enough.
    mutating func advance(to now: Duration, cost: (Lane) -> Double) {
        while let rise = self.rises.first, rise.due <= now {
            self.rises.removeFirst()
            self.flows[rise.flow].hasTimer = false
            if let due = self.nextRise(of: rise.flow), due <= now { self.raise(rise.flow, cost: cost) }
            self.setTimer(of: rise.flow)
        }
    }

    /// Nil when it will not rise any more.
    func nextRise(of index: Int) -> Duration? {
        let flow = self.flows[index]
        guard let interval = self.aging.interval, interval > .zero, flow.contendingLanes > 0,
            flow.level < min(self.rank(of: index), self.aging.limit)
        else { return nil }
        return flow.since + interval * (flow.level + 1)
    }

    mutating func setTimer(of flow: Int) {
        guard !self.flows[flow].hasTimer, let due = self.nextRise(of: flow) else { return }
        self.flows[flow].hasTimer = true
        self.rises.insert(Rise(due: due, flow: flow))
    }

    /// Raises the lane with the flow's oldest job by one class.
    mutating func raise(_ flow: Int, cost: (Lane) -> Double) {
        guard let lane = self.flows[flow].risenLane ?? self.oldestLane(of: flow) else { return }
        self.flows[flow].level += 1
        self.flows[flow].risenLane = lane
        let rank = self.rank(of: flow) - self.flows[flow].level
        self.lanes[lane].servedRank = rank
        self.lanes[lane].tag = self.clocks[rank].rise(cost: cost(self.lanes[lane]))
        self.giveTurn(lane)
    }

    func oldestLane(of flow: Int) -> Int? {
        self.accounts[self.user(of: flow)].lanes.filter {
            self.lanes[$0].isContending && self.lanes[$0].key.rank == self.rank(of: flow)
        }.min { self.queuedAt($0) < self.queuedAt($1) }
    }

    func queuedAt(_ lane: Int) -> Duration { self.lanes[lane].rows.first?.queuedAt ?? .zero }
}
