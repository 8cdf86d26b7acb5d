/// Rows, oldest first. They come and go at any place, but nearly all are added at the end and taken from the front.
struct RowQueue: Sendable {
    private struct Slot: Sendable {
        var row: JobRow
        /// Removed from the middle: it stays until it would be the first, so that removing moves nothing.
        var isGone = false
    }

    private var slots: [Slot] = []
    /// Where the first row is: those before it were taken.
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

    /// Keeps the first slot a live one, and the dead ones fewer than the live ones.
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
