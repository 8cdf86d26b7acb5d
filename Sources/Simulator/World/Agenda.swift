internal import MaaSCore
internal import Scheduling

/// Scheduled actions, ordered by time and, within one instant, by insertion, so that a seed determines the run.
struct Agenda {
    private struct Entry: Comparable {
        let time: Timestamp
        let serial: UInt64
        let action: () -> Void

        static func < (left: Self, right: Self) -> Bool { (left.time, left.serial) < (right.time, right.serial) }
        static func == (left: Self, right: Self) -> Bool { left.serial == right.serial }
    }

    private var entries = Heap<Entry>()
    private var serial: UInt64 = 0

    mutating func add(at time: Timestamp, _ action: @escaping () -> Void) {
        self.serial += 1
        self.entries.insert(Entry(time: time, serial: self.serial, action: action))
    }

    /// Removes and returns the next action.
    mutating func next() -> (time: Timestamp, action: () -> Void)? {
        self.entries.removeFirst().map { ($0.time, $0.action) }
    }

    mutating func removeAll() { self.entries = Heap() }
}
