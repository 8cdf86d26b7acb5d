extension WaitingQueue {
    /// When the next line rises.
    var nextChange: Duration? { self.rises.first?.due }

    /// Raises the lines that have waited long enough.
    mutating func advance(to now: Duration, cost: (Lane) -> Double) {
        while let rise = self.rises.first, rise.due <= now {
            self.rises.removeFirst()
            self.lines[rise.line].hasTimer = false
            if let due = self.nextRise(of: rise.line), due <= now { self.raise(rise.line, cost: cost) }
            self.setTimer(of: rise.line)
        }
    }

    func line(of lane: Int) -> Int {
        let key = self.lanes[lane].key
        return key.user * self.classes + key.rank
    }

    /// Nil when it will not rise any more.
    func nextRise(of index: Int) -> Duration? {
        let line = self.lines[index]
        guard let interval = self.aging.interval, interval > .zero, line.contendingLanes > 0,
            line.level < min(index % self.classes, self.aging.limit)
        else { return nil }
        return line.since + interval * (line.level + 1)
    }

    mutating func setTimer(of line: Int) {
        guard !self.lines[line].hasTimer, let due = self.nextRise(of: line) else { return }
        self.lines[line].hasTimer = true
        self.rises.insert(Rise(due: due, line: line))
    }

    /// Raises the lane with the line's oldest job by one class.
    mutating func raise(_ line: Int, cost: (Lane) -> Double) {
        guard let lane = self.lines[line].risenLane ?? self.oldestLane(of: line) else { return }
        self.lines[line].level += 1
        self.lines[line].risenLane = lane
        let rank = line % self.classes - self.lines[line].level
        self.lanes[lane].servedRank = rank
        self.lanes[lane].tag = self.clocks[rank].rise(cost: cost(self.lanes[lane]))
        self.giveTurn(lane)
    }

    func oldestLane(of line: Int) -> Int? {
        self.accounts[line / self.classes].lanes.filter {
            self.lanes[$0].isContending && self.lanes[$0].key.rank == line % self.classes
        }.min { self.queuedAt($0) < self.queuedAt($1) }
    }

    func queuedAt(_ lane: Int) -> Duration { self.lanes[lane].rows.first?.queuedAt ?? .zero }
}
