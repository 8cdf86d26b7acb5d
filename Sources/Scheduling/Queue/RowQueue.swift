/// Rows, oldest first. Optimized for appending and removing at the front; both also work in the middle.
struct RowQueue: Sendable {
    private struct Slot: Sendable {
        var row: JobRow
        /// Removed from the middle: the slot stays, so that nothing moves.
        var isGone = false
    }

    private var slots: [Slot] = []
    /// The first row's slot; earlier slots were taken.
    private var start = 0
    private(set) var count = 0

    var isEmpty: Bool { self.count == 0 }
    var first: JobRow? { self.isEmpty ? nil : self.slots[self.start].row }

    mutating func insert(_ row: JobRow) {
        self.count += 1
        if let last = self.slots.last, row < last.row {
            self.slots.insert(Slot(row: row), at: self.lowerBound(of: row))
        } else {
            self.slots.append(Slot(row: row))
        }
    }

    mutating func removeFirst() -> JobRow? {
        guard let first = self.first else { return nil }
        self.slots[self.start].isGone = true
        self.count -= 1
        self.trim()
        return first
    }

    mutating func remove(queuedAt: Duration, sequence: UInt32) {
        let index = self.lowerBound(of: JobRow(queuedAt: queuedAt, sequence: sequence, job: 0, workload: 0))
        guard index < self.slots.count, self.slots[index].row.sequence == sequence, !self.slots[index].isGone else {
            return
        }
        self.slots[index].isGone = true
        self.count -= 1
        self.trim()
    }

    /// Keeps the first slot live, and dead slots fewer than live ones, give or take a few.
    private mutating func trim() {
        while self.start < self.slots.count, self.slots[self.start].isGone { self.start += 1 }
        if self.slots.count > 2 * self.count + 32 {
            self.slots.removeAll(where: \.isGone)
            self.start = 0
        }
    }

    private func lowerBound(of row: JobRow) -> Int {
        self.slots[self.start...].partitioningIndex { $0.row >= row }
    }
}
