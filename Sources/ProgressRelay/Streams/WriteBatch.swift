internal import MaaSControl
internal import MaaSCore

/// Events to be written to the database: the newest progress of each task, the ends, and the entries to acknowledge.
struct WriteBatch {
    struct Ending: Hashable {
        let task: TaskID
        let attempt: Int
        let outcome: TaskOutcome
        /// The entry that reported it.
        let entry: Entry
        /// Whether an earlier try found the row locked.
        var isLocked = false

        /// The reported result, if `row` ended with the same file but without the facts of it: without any report, the
        /// dispatcher settles an end by the file alone.
        func result(missingIn row: TaskRow) -> TaskResult? {
            guard row.state == .completed, let found = row.result, let result = self.outcome.result else { return nil }
            return result.completes(found) ? result : nil
        }
    }

    struct Entry: Hashable {
        let stream: String
        let id: RedisStreamID
    }

    private(set) var reports: [TaskID: ProgressReport] = [:]
    private(set) var endings: [Ending] = []
    /// Entries to acknowledge, by stream.
    private(set) var ids: [String: [RedisStreamID]] = [:]

    var isEmpty: Bool { self.ids.isEmpty }
    /// Whether the batch must be written at once: it holds an end. An end whose row was locked waits for the next
    /// write.
    var isUrgent: Bool { self.endings.contains { !$0.isLocked } }

    /// Progress of the tasks that end in this batch, and of the others.
    var reportsByUrgency: (ended: [ProgressReport], others: [ProgressReport]) {
        let ended = Set(self.endings.map(\.task))
        let reports = Dictionary(grouping: self.reports.values) { ended.contains($0.task) }
        return (reports[true] ?? [], reports[false] ?? [])
    }

    init() {}

    /// Starts with ends whose rows are locked.
    init(locked: [Ending]) {
        for var ending in locked {
            ending.isLocked = true
            self.endings.append(ending)
            self.add(ending.entry)
        }
    }

    /// The entries to acknowledge once everything but `locked` is written.
    func ids(without locked: [Ending]) -> [String: [RedisStreamID]] {
        let entries = Set(locked.map(\.entry))
        return self.ids.reduce(into: [:]) { result, stream in
            result[stream.key] = stream.value.filter { !entries.contains(Entry(stream: stream.key, id: $0)) }
        }
    }

    /// Adds an entry to acknowledge.
    mutating func add(_ entry: Entry) { self.ids[entry.stream, default: []].append(entry.id) }

    /// Adds the event of an entry.
    mutating func add(_ event: TaskEvent, in entry: Entry) {
        if case .progress(let progress) = event.body {
            self.report(event, progress)
        } else if let outcome = event.outcome {
            self.end(Ending(task: event.task, attempt: event.attempt, outcome: outcome, entry: entry))
        }
    }

    private mutating func report(_ event: TaskEvent, _ progress: TaskProgress) {
        let report = ProgressReport(task: event.task, attempt: event.attempt, progress: progress)
        if let known = self.reports[event.task], !report.supersedes(known) { return }
        self.reports[event.task] = report
    }

    private mutating func end(_ ending: Ending) {
        // The first end reported for an attempt counts.
        guard !self.endings.contains(where: { $0.task == ending.task && $0.attempt == ending.attempt }) else { return }
        self.endings.append(ending)
    }
}
