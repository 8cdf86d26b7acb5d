package import MaaSCore

/// Which places in the queue were told last, and what is news. Pure.
///
/// The queue is looked through from time to time, a part at a time: ``begin()``, ``look(at:_:now:)`` for each that waits,
/// ``finish()``.
package struct PositionBoard: Sendable {
    private struct Entry: Sendable {
        var attempt: Int
        var wait: TaskWait
        /// The pass in which it was last seen waiting.
        var pass: Int
        /// When it was first expected to start.
        var promisedStart: Timestamp?
    }

    private var told: [TaskID: Entry] = [:]
    /// How many wait for each reason, as it was told last.
    package private(set) var counts: [WaitingReason: Int] = [:]
    private var pass = 0

    package init() {}

    /// Whether nothing is told.
    package var isEmpty: Bool { self.told.isEmpty }

    /// Begins to look through the queue.
    package mutating func begin() { self.pass += 1 }

    /// Takes where a task stands; true when that is news. What moved by little is not: if each start were told to all who
    /// wait, a queue of n would cost n² events.
    package mutating func look(at task: TaskID, attempt: Int, _ wait: TaskWait, now: Timestamp) -> Bool {
        let start = wait.etaSeconds.map { now + .seconds($0) }
        guard var entry = self.told[task], entry.attempt == attempt else {
            self.count(wait.reason, instead: self.told[task]?.wait.reason)
            self.told[task] = Entry(attempt: attempt, wait: wait, pass: self.pass, promisedStart: start)
            return true
        }
        entry.pass = self.pass
        entry.promisedStart = entry.promisedStart ?? start
        let isNews = entry.wait.differsNoticeably(from: wait)
        if isNews {
            self.count(wait.reason, instead: entry.wait.reason)
            entry.wait = wait
        }
        self.told[task] = entry
        return isNews
    }

    /// Returns those that wait no longer.
    package mutating func finish() -> [TaskID] {
        let gone = self.told.filter { $0.value.pass != self.pass }.map(\.key)
        for task in gone { self.count(nil, instead: self.told.removeValue(forKey: task)?.wait.reason) }
        return gone
    }

    private mutating func count(_ reason: WaitingReason?, instead old: WaitingReason?) {
        if let reason { self.counts[reason, default: 0] += 1 }
        if let old { self.counts[old, default: 0] -= 1 }
    }

    /// Takes that a task has started; returns by how much the first estimate of that was wrong, if there was one.
    package func estimateError(ofStarted task: TaskID, now: Timestamp) -> Duration? {
        self.told[task]?.promisedStart.map { $0 < now ? now - $0 : $0 - now }
    }
}

extension TaskWait {
    fileprivate func differsNoticeably(from other: TaskWait) -> Bool {
        if self.reason != other.reason { return true }
        // Near the front every place counts; further back a twentieth of the way does.
        if abs(self.position - other.position) > self.position / 20 { return true }
        guard let old = self.etaSeconds, let new = other.etaSeconds else { return self.etaSeconds != other.etaSeconds }
        // A browser counts the seconds down by itself.
        return abs(old - new) > max(5, old / 5)
    }
}
