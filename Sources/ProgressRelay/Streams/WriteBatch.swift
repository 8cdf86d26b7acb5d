internal import MaaSControl
internal import MaaSCore

/// Events on their way into the database: the newest progress of each attempt, the ends, and what to acknowledge.
struct WriteBatch {
    struct Ending: Hashable {
        let task: TaskID
        let attempt: Int
        let outcome: TaskOutcome
        /// The entry that says so.
        let entry: Entry
        /// Whether it was tried before, and its row was held by somebody else.
        var isHeld = false
    }

    struct Entry: Hashable {
        let stream: String
        let id: RedisStreamID
    }

    private(set) var reports: [TaskID: ProgressReport] = [:]
    private(set) var endings: [Ending] = []
    /// What to acknowledge, by stream.
    private(set) var ids: [String: [RedisStreamID]] = [:]

    var isEmpty: Bool { self.ids.isEmpty }
    /// Whether somebody waits for what is in it: an end is written at once. One whose row is held is tried with what is
    /// written next.
    var isUrgent: Bool { self.endings.contains { !$0.isHeld } }

    /// What is reported of tasks that end in this batch, and of the others.
    var reportsByUrgency: (ended: [ProgressReport], others: [ProgressReport]) {
        let ended = Set(self.endings.map(\.task))
        let reports = Dictionary(grouping: self.reports.values) { ended.contains($0.task) }
        return (reports[true] ?? [], reports[false] ?? [])
    }

    init() {}

    /// Begins with ends whose rows somebody holds.
    init(held: [Ending]) {
        for var ending in held {
            ending.isHeld = true
            self.endings.append(ending)
            self.add(ending.entry)
        }
    }

    /// What to acknowledge once all is written but the `held` ends.
    func ids(without held: [Ending]) -> [String: [RedisStreamID]] {
        let entries = Set(held.map(\.entry))
        return self.ids.reduce(into: [:]) { result, stream in
            result[stream.key] = stream.value.filter { !entries.contains(Entry(stream: stream.key, id: $0)) }
        }
    }

    /// Takes an entry, whatever is in it.
    mutating func add(_ entry: Entry) { self.ids[entry.stream, default: []].append(entry.id) }

    /// Takes what an entry says.
    mutating func add(_ event: TaskEvent, in entry: Entry) {
        if case .progress(let progress) = event.body {
            self.report(event, progress)
        } else if let outcome = event.outcome {
            self.end(Ending(task: event.task, attempt: event.attempt, outcome: outcome, entry: entry))
        }
    }

    private mutating func report(_ event: TaskEvent, _ progress: TaskProgress) {
        var report = ProgressReport(task: event.task, attempt: event.attempt, progress: progress)
        if let known = self.reports[event.task] {
            guard known.attempt <= report.attempt else { return }
            if known.attempt == report.attempt {
                report.progress.percent = max(report.progress.percent, known.progress.percent)
            }
        }
        self.reports[event.task] = report
    }

    private mutating func end(_ ending: Ending) {
        // The first last word counts.
        guard !self.endings.contains(where: { $0.task == ending.task && $0.attempt == ending.attempt }) else { return }
        self.endings.append(ending)
    }
}

extension TaskEvent {
    /// How the task ended, if that is what it says.
    var outcome: TaskOutcome? {
        switch self.body {
        case .succeeded(let result): .completed(result)
        // Whether there is another attempt is the dispatcher's to decide.
        case .failed(let failure): failure.isRetryable ? nil : .failed(failure)
        case .queued, .state, .progress, .heartbeat: nil
        }
    }
}
