/// The jobs that hold GPUs, ordered by expected end.
struct RunningSet: Sendable {
    private struct End: Sendable, Comparable {
        var time: Duration
        var slot: Int

        static func < (left: Self, right: Self) -> Bool {
            left.time != right.time ? left.time < right.time : left.slot < right.slot
        }
    }

    /// Reused slots: an index is faster to follow than a job's number.
    private var slots: [Occupant?] = []
    private var unused: [Int] = []
    private var slotOfJob: [Int: Int] = [:]
    /// Soonest first.
    private var ends: [End] = []

    /// Cards that they use.
    private(set) var cards = 0
    /// How many are being ended to make room.
    private(set) var preempted = 0
    /// Increases with each change.
    private(set) var revision = 0
    /// Their numbers, sorted.
    var jobs: [Int] { self.slotOfJob.keys.sorted() }
    func contains(_ job: Int) -> Bool { self.slotOfJob[job] != nil }

    subscript(job: Int) -> Occupant? { self.slotOfJob[job].flatMap { self.slots[$0] } }

    /// In the order of their expected ends.
    var occupants: some Sequence<Occupant> { self.ends.lazy.compactMap { self.slots[$0.slot] } }

    /// The number of jobs, and of places in the order of expected ends.
    var count: Int { self.ends.count }

    /// The expected end, holdings and other cards of the job at a place in that order. Avoids the full copies made by
    /// ``occupants``.
    func ending(at place: Int) -> (time: Duration, holdings: [Holding], elsewhere: CardsElsewhere) {
        let end = self.ends[place]
        return (
            end.time, self.slots[end.slot]?.holdings ?? [], self.slots[end.slot]?.elsewhere ?? CardsElsewhere()
        )
    }

    var nextEnd: Duration? { self.ends.first?.time }
    /// The job that is expected to end next.
    var next: Occupant? { self.ends.first.flatMap { self.slots[$0.slot] } }

    mutating func insert(_ occupant: Occupant) {
        self.revision += 1
        let slot = self.unused.popLast() ?? self.slots.count
        if slot == self.slots.count { self.slots.append(occupant) } else { self.slots[slot] = occupant }
        self.slotOfJob[occupant.job] = slot
        self.cards += occupant.cards
        if occupant.isPreempted { self.preempted += 1 }
        self.note(End(time: occupant.expectedEnd, slot: slot))
    }

    @discardableResult
    mutating func remove(_ job: Int) -> Occupant? {
        guard let slot = self.slotOfJob.removeValue(forKey: job), let occupant = self.slots[slot] else { return nil }
        self.revision += 1
        self.slots[slot] = nil
        self.unused.append(slot)
        self.cards -= occupant.cards
        if occupant.isPreempted { self.preempted -= 1 }
        self.forget(End(time: occupant.expectedEnd, slot: slot))
        return occupant
    }

    /// Changes a job in place, if it is present.
    mutating func update(_ job: Int, _ body: (inout Occupant) -> Void) {
        guard let slot = self.slotOfJob[job], var occupant = self.slots[slot] else { return }
        self.revision += 1
        let (end, wasPreempted) = (occupant.expectedEnd, occupant.isPreempted)
        body(&occupant)
        self.slots[slot] = occupant
        if occupant.isPreempted != wasPreempted { self.preempted += wasPreempted ? -1 : 1 }
        guard occupant.expectedEnd != end else { return }
        self.forget(End(time: end, slot: slot))
        self.note(End(time: occupant.expectedEnd, slot: slot))
    }

    /// Extends each overdue job by the time it is late, at least one second.
    mutating func extendOverdue(now: Duration) {
        while let end = self.ends.first, end.time <= now, let occupant = self.slots[end.slot] {
            let late = now - occupant.plannedEnd
            self.update(occupant.job) { $0.expectedEnd = now + max(.seconds(1), late) }
        }
    }

    private mutating func note(_ end: End) { self.ends.insert(end, at: self.lowerBound(of: end)) }

    private mutating func forget(_ end: End) {
        let index = self.lowerBound(of: end)
        if index < self.ends.count, self.ends[index] == end { self.ends.remove(at: index) }
    }

    private func lowerBound(of end: End) -> Int { self.ends.partitioningIndex { $0 >= end } }
}
