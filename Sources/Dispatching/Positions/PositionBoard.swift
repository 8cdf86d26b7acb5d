package import MaaSCore

/// Which places in the queue were told last, and what has changed since. Pure.
package struct PositionBoard: Sendable {
    /// What is told of one task.
    package struct Entry: Sendable, Hashable {
        /// Attempts made so far.
        package var attempt: Int
        package var wait: TaskWait

        package init(attempt: Int, wait: TaskWait) {
            self.attempt = attempt
            self.wait = wait
        }
    }

    /// What is to be told.
    package struct Changes: Sendable {
        package var set: [(task: TaskID, entry: Entry)] = []
        package var removed: [TaskID] = []

        package var isEmpty: Bool { self.set.isEmpty && self.removed.isEmpty }
    }

    private var told: [TaskID: Entry] = [:]

    package init() {}

    package var isEmpty: Bool { self.told.isEmpty }

    /// Takes the queue as it is now and returns what is to be told. What moved by little is not news: if each start were
    /// told to all who wait, a queue of n would cost n² events.
    package mutating func update(_ waits: [(task: TaskID, entry: Entry)]) -> Changes {
        var changes = Changes()
        var current: Set<TaskID> = []
        for (task, entry) in waits {
            current.insert(task)
            if let old = self.told[task], !old.differsNoticeably(from: entry) { continue }
            self.told[task] = entry
            changes.set.append((task, entry))
        }
        for task in self.told.keys where !current.contains(task) {
            self.told[task] = nil
            changes.removed.append(task)
        }
        return changes
    }
}

extension PositionBoard.Entry {
    fileprivate func differsNoticeably(from other: Self) -> Bool {
        guard self.attempt == other.attempt, self.wait.reason == other.wait.reason else { return true }
        // Near the front every place counts; further back a twentieth of the way does.
        if abs(self.wait.position - other.wait.position) > self.wait.position / 20 { return true }
        guard let old = self.wait.etaSeconds, let new = other.wait.etaSeconds else {
            return self.wait.etaSeconds != other.wait.etaSeconds
        }
        // A browser counts the seconds down by itself.
        return abs(old - new) > max(5, old / 5)
    }
}
