/// The jobs that hold GPUs, and the order in which they are expected to end.
struct RunningSet<ID: Hashable & Comparable & Sendable>: Sendable {
    private struct End: Sendable, Comparable {
        var time: Duration
        var slot: Int

        static func < (left: Self, right: Self) -> Bool {
            left.time != right.time ? left.time < right.time : left.slot < right.slot
        }
    }

    /// Kept in slots, which are used again: an index is quicker to follow than an id.
    private var slots: [Occupant<ID>?] = []
    private var unused: [Int] = []
    private var slotOfID: [ID: Int] = [:]
    /// Soonest first.
    private var ends: [End] = []

    var count: Int { self.slotOfID.count }
    var ids: some Collection<ID> { self.slotOfID.keys }
    func contains(_ id: ID) -> Bool { self.slotOfID[id] != nil }

    subscript(id: ID) -> Occupant<ID>? { self.slotOfID[id].flatMap { self.slots[$0] } }

    /// In the order of their expected ends.
    var occupants: some Sequence<Occupant<ID>> { self.ends.lazy.compactMap { self.slots[$0.slot] } }

    var nextEnd: Duration? { self.ends.first?.time }
    /// The job that is expected to end next.
    var next: Occupant<ID>? { self.ends.first.flatMap { self.slots[$0.slot] } }

    mutating func insert(_ occupant: Occupant<ID>) {
        let slot = self.unused.popLast() ?? self.slots.count
        if slot == self.slots.count { self.slots.append(occupant) } else { self.slots[slot] = occupant }
        self.slotOfID[occupant.id] = slot
        self.note(End(time: occupant.expectedEnd, slot: slot))
    }

    @discardableResult
    mutating func remove(_ id: ID) -> Occupant<ID>? {
        guard let slot = self.slotOfID.removeValue(forKey: id), let occupant = self.slots[slot] else { return nil }
        self.slots[slot] = nil
        self.unused.append(slot)
        self.forget(End(time: occupant.expectedEnd, slot: slot))
        return occupant
    }

    /// Changes a job in place, if it is there.
    mutating func update(_ id: ID, _ body: (inout Occupant<ID>) -> Void) {
        guard let slot = self.slotOfID[id], var occupant = self.slots[slot] else { return }
        let end = occupant.expectedEnd
        body(&occupant)
        self.slots[slot] = occupant
        guard occupant.expectedEnd != end else { return }
        self.forget(End(time: end, slot: slot))
        self.note(End(time: occupant.expectedEnd, slot: slot))
    }

    /// Expects those that should have ended by now to go on for as long again as they are late, one second at least.
    mutating func extendOverdue(now: Duration) {
        while let end = self.ends.first, end.time <= now, let occupant = self.slots[end.slot] {
            let late = now - occupant.plannedEnd
            self.update(occupant.id) { $0.expectedEnd = now + max(.seconds(1), late) }
        }
    }

    private mutating func note(_ end: End) { self.ends.insert(end, at: self.lowerBound(of: end)) }

    private mutating func forget(_ end: End) {
        let index = self.lowerBound(of: end)
        if index < self.ends.count, self.ends[index] == end { self.ends.remove(at: index) }
    }

    private func lowerBound(of end: End) -> Int {
        var low = 0
        var high = self.ends.count
        while low < high {
            let middle = (low + high) / 2
            if self.ends[middle] < end { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
