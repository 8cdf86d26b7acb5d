/// Rows, oldest first. They come and go at any place, but nearly all are added at the end and taken from the front.
struct RowQueue<ID: Hashable & Comparable & Sendable>: Sendable {
    private struct Slot: Sendable {
        var row: JobRow<ID>
        /// Removed from the middle: it stays until it would be the first, so that removing moves nothing.
        var isGone = false
    }

    private var slots: [Slot] = []
    /// Where the first row is: those before it were taken.
    private var start = 0
    private(set) var count = 0

    var isEmpty: Bool { self.count == 0 }
    var first: JobRow<ID>? { self.isEmpty ? nil : self.slots[self.start].row }
    var rows: some Sequence<JobRow<ID>> { self.slots[self.start...].lazy.filter { !$0.isGone }.map(\.row) }

    mutating func insert(_ row: JobRow<ID>) {
        self.count += 1
        if let last = self.slots.last, row < last.row {
            self.slots.insert(Slot(row: row), at: self.lowerBound(of: row))
        } else {
            self.slots.append(Slot(row: row))
        }
    }

    mutating func removeFirst() -> JobRow<ID>? {
        guard let first = self.first else { return nil }
        self.slots[self.start].isGone = true
        self.count -= 1
        self.trim()
        return first
    }

    /// Whether the row was there.
    mutating func remove(_ row: JobRow<ID>) -> Bool {
        var index = self.lowerBound(of: row)
        // The same row may have been here before.
        while index < self.slots.count, self.slots[index].row == row, self.slots[index].isGone { index += 1 }
        guard index < self.slots.count, self.slots[index].row == row else { return false }
        self.slots[index].isGone = true
        self.count -= 1
        self.trim()
        return true
    }

    /// Keeps the first slot a live one, and the dead ones fewer than the live ones.
    private mutating func trim() {
        while self.start < self.slots.count, self.slots[self.start].isGone { self.start += 1 }
        if self.slots.count > 2 * self.count + 32 {
            self.slots.removeAll(where: \.isGone)
            self.start = 0
        }
    }

    private func lowerBound(of row: JobRow<ID>) -> Int {
        var low = self.start
        var high = self.slots.count
        while low < high {
            let middle = (low + high) / 2
            if self.slots[middle].row < row { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
