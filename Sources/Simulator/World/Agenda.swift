internal import MaaSCore

/// What happens when: by time, and by order of entry within one instant, so that a seed gives one run only.
struct Agenda {
    private struct Entry {
        let time: Timestamp
        let serial: UInt64
        let action: () -> Void

        static func < (left: Entry, right: Entry) -> Bool {
            (left.time, left.serial) < (right.time, right.serial)
        }
    }

    /// A binary heap: the parent of `i` is `(i - 1) / 2`.
    private var heap: [Entry] = []
    private var serial: UInt64 = 0

    mutating func add(at time: Timestamp, _ action: @escaping () -> Void) {
        self.serial += 1
        self.heap.append(Entry(time: time, serial: self.serial, action: action))
        var child = self.heap.count - 1
        while child > 0, self.heap[child] < self.heap[(child - 1) / 2] {
            self.heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Takes out what happens next.
    mutating func next() -> (time: Timestamp, action: () -> Void)? {
        guard !self.heap.isEmpty else { return nil }
        self.heap.swapAt(0, self.heap.count - 1)
        let entry = self.heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in (2 * parent + 1)...(2 * parent + 2)
            where child < self.heap.count && self.heap[child] < self.heap[least] { least = child }
            if least == parent { break }
            self.heap.swapAt(parent, least)
            parent = least
        }
        return (entry.time, entry.action)
    }

    mutating func removeAll() { self.heap = [] }
}
