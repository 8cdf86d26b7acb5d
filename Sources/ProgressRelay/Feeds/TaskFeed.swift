internal import MaaSCore

/// What is known of one task, and the recent updates from which a client that was away goes on.
struct TaskFeed {
    let task: TaskID
    /// Whose task it is; nil until the database was asked.
    private(set) var owner: String?
    private(set) var view = TaskView()
    /// From here on nothing is missing: a client that has seen this much can go on.
    private(set) var floor: EventPosition
    /// The newest event, whether it told anything or not.
    private(set) var position: EventPosition
    private(set) var touched: ContinuousClock.Instant
    private var recent: [FeedUpdate] = []
    /// The last number of each producer of the present attempt.
    private var sequences: (pod: Int64, control: Int64) = (.min, .min)

    /// Updates kept. Progress is merged, so these are states, stages and the newest progress between them.
    private static let limit = 64

    init(task: TaskID, floor: EventPosition, now: ContinuousClock.Instant) {
        self.task = task
        self.floor = floor
        self.position = floor
        self.touched = now
    }

    /// Takes in a verified event; with what its followers are to be told, if anything.
    mutating func take(
        _ event: TaskEvent,
        at position: EventPosition,
        now: ContinuousClock.Instant
    ) -> (outcome: RelayMetrics.Outcome, update: FeedUpdate?) {
        if let refusal = self.refusal(of: event, at: position) { return (refusal, nil) }
        if event.attempt > self.view.attempt { self.sequences = (.min, .min) }
        switch event.producer {
        case .pod: self.sequences.pod = event.sequence
        case .control: self.sequences.control = event.sequence
        }
        self.position = position
        self.touched = now
        guard let (kind, news) = self.view.apply(event) else { return (.unchanged, nil) }
        let update = FeedUpdate(task: self.task, kind: kind, position: position, news: news)
        self.remember(update)
        return (.told, update)
    }

    /// Why an event is dropped, if it is.
    private func refusal(of event: TaskEvent, at position: EventPosition) -> RelayMetrics.Outcome? {
        if event.attempt < self.view.attempt { return .stale }
        if position <= self.position { return .repeated }
        return event.attempt > self.view.attempt || self.isNew(event) ? nil : .repeated
    }

    /// Takes in the row. Returns whether it has a state that no event has told: then followers are to begin anew.
    mutating func adopt(owner: String, _ row: TaskView, at position: EventPosition) -> Bool {
        self.owner = owner
        // Each attempt is counted from its own beginning, whoever tells of it first.
        if row.attempt > self.view.attempt { self.sequences = (.min, .min) }
        guard self.view.adopt(row) else { return false }
        self.position = max(self.position, position)
        // It has no place among the events, so nobody can go on from before it.
        self.recent = []
        self.floor = self.position.next
        return true
    }

    /// The end of a task that is over, for one who follows it only now.
    func lastWord(at position: EventPosition) -> FeedUpdate {
        FeedUpdate(task: self.task, kind: .end, position: position, news: .members(self.view.data))
    }

    mutating func touch(_ now: ContinuousClock.Instant) { self.touched = now }

    /// What a client that has seen everything up to `position` has missed; nil when that cannot be proven.
    func updates(after position: EventPosition) -> [FeedUpdate]? {
        guard position >= self.floor else { return nil }
        return self.recent.filter { $0.position > position }
    }

    private func isNew(_ event: TaskEvent) -> Bool {
        // Several may say how a task ended, each by a count of its own; the view takes the first.
        if case .state(let state, _) = event.body, state.isTerminal { return true }
        return event.sequence > (event.producer == .pod ? self.sequences.pod : self.sequences.control)
    }

    private mutating func remember(_ update: FeedUpdate) {
        if update.kind == .progress, let last = self.recent.last, last.kind == .progress {
            self.recent[self.recent.count - 1].merge(update)
            return
        }
        self.recent.append(update)
        if self.recent.count > Self.limit { self.floor = self.recent.removeFirst().position }
    }
}
