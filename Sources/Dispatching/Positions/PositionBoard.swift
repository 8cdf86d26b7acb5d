package import MaaSCore

/// The queue positions that were last published, and which changes are worth publishing. Pure.
///
/// The queue is scanned periodically, in parts: ``begin()``, ``look(at:attempt:_:now:)`` for each queued task,
/// ``finish()``.
package struct PositionBoard: Sendable {
    private struct Entry: Sendable {
        var attempt: Int
        var wait: TaskWait
        /// The scan that last saw it queued.
        var pass: Int
        /// When it was first expected to start.
        var promisedStart: Timestamp?
    }

    private var told: [TaskID: Entry] = [:]
    /// The number of queued tasks by reason, as last published.
    package private(set) var counts: [WaitingReason: Int] = [:]
    private var pass = 0

    package init() {}

    /// Whether nothing is published.
    package var isEmpty: Bool { self.told.isEmpty }

    /// Begins a scan of the queue.
    package mutating func begin() { self.pass += 1 }

    /// Records a task's position; true when it is worth publishing. Small moves are not: publishing each start to all
    /// queued tasks would cost n² events for a queue of n.
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

    /// Ends the scan and returns the tasks that are no longer queued.
    package mutating func finish() -> [TaskID] {
        let gone = self.told.filter { $0.value.pass != self.pass }.map(\.key)
        for task in gone { self.count(nil, instead: self.told.removeValue(forKey: task)?.wait.reason) }
        return gone
    }

    private mutating func count(_ reason: WaitingReason?, instead old: WaitingReason?) {
        if let reason { self.counts[reason, default: 0] += 1 }
        if let old { self.counts[old, default: 0] -= 1 }
    }

    /// Returns the error of the first estimate of a task's start, now that it has started, if there was one.
    package func estimateError(ofStarted task: TaskID, now: Timestamp) -> Duration? {
        self.told[task]?.promisedStart.map { $0 < now ? now - $0 : $0 - now }
    }
}

extension TaskWait {
    fileprivate func differsNoticeably(from other: TaskWait) -> Bool {
        if self.reason != other.reason { return true }
        // Near the front every place counts; further back only a move by a twentieth.
        if abs(self.position - other.position) > self.position / 20 { return true }
        guard let old = self.etaSeconds, let new = other.etaSeconds else { return self.etaSeconds != other.etaSeconds }
        // A browser counts the seconds down by itself.
        return abs(old - new) > max(5, old / 5)
    }
}
