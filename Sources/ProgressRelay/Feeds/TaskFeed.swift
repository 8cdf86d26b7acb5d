internal import MaaSCore

/// The current view of one task, and the recent updates from which a reconnecting client resumes.
struct TaskFeed {
    /// The owner of the task; nil until its row was read.
    private(set) var owner: String?
    private(set) var view: FollowedTask
    /// The earliest position from which a client can resume without a gap.
    private(set) var floor: EventPosition
    /// The position of the newest event, whether it changed anything or not.
    private(set) var position: EventPosition
    private(set) var touched: ContinuousClock.Instant
    private var recent: [FeedUpdate] = []
    /// The last sequence number of each producer in the current attempt.
    private var sequences: (pod: Int64, control: Int64) = (.min, .min)

    /// The most updates kept. Progress is merged, so these are states, stages and the newest progress between them.
    private static let limit = 64

    init(task: TaskID, floor: EventPosition, now: ContinuousClock.Instant) {
        self.view = FollowedTask(task)
        self.floor = floor
        self.position = floor
        self.touched = now
    }

    /// Applies a verified event. Returns the update for followers, if there is one.
    mutating func take(
        _ event: TaskEvent,
        at position: EventPosition,
        now: ContinuousClock.Instant
    ) -> (outcome: RelayMetrics.Outcome, update: FeedUpdate?) {
        if let refusal = self.refusal(of: event, at: position) { return (refusal, nil) }
        if event.attempt > self.view.attempt { self.sequences = (.min, .min) }
        switch (event.producer, event.body) {
        // Of a node that only computes this is numbered by its clock, beyond anything that the first node still sends.
        case (.pod, .failed): break
        case (.pod, _): self.sequences.pod = event.sequence
        case (.control, _): self.sequences.control = event.sequence
        }
        self.position = max(self.position, position)
        self.touched = now
        guard let (kind, news) = self.view.apply(event) else { return (.unchanged, nil) }
        let update = FeedUpdate(task: event.task, kind: kind, position: self.position, news: news)
        self.remember(update)
        return (.told, update)
    }

    /// Why an event is dropped, if it is.
    private func refusal(of event: TaskEvent, at position: EventPosition) -> RelayMetrics.Outcome? {
        if event.attempt < self.view.attempt { return .stale }
        // A task that has ended is compared with its row no more, so an end counts wherever it is. The view takes one.
        if position <= self.position, !event.isEnd { return .repeated }
        return event.attempt > self.view.attempt || self.isNew(event) ? nil : .repeated
    }

    /// Merges in the row. Returns whether it has news that no event reported: followers must then restart.
    mutating func adopt(owner: String, _ row: FollowedTask, at position: EventPosition) -> Bool {
        self.owner = owner
        // Sequence numbers restart with each attempt, whether an event or the row announces it.
        if row.attempt > self.view.attempt { self.sequences = (.min, .min) }
        guard self.view.adopt(row) else { return false }
        self.position = max(self.position, position)
        // The row has no position in the stream, so no client can resume from before it.
        self.recent = []
        self.floor = self.position.next
        return true
    }

    /// The final update of a task that is over, for a client that subscribes only now.
    func finalEvent(at position: EventPosition) -> FeedUpdate {
        FeedUpdate(task: self.view.id, kind: .end, position: position, news: .members(self.view.data))
    }

    mutating func touch(_ now: ContinuousClock.Instant) { self.touched = now }

    /// The updates after `position`; nil when it cannot be proven that none is missing.
    func updates(after position: EventPosition) -> [FeedUpdate]? {
        guard position >= self.floor else { return nil }
        return self.recent.filter { $0.position > position }
    }

    private func isNew(_ event: TaskEvent) -> Bool {
        // Several producers may report the end, each with its own sequence; the view takes the first, and what
        // completes its result.
        if event.isEnd { return true }
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

extension TaskEvent {
    /// Whether the control plane says that the task is over.
    fileprivate var isEnd: Bool {
        if case .state(let state, _, _) = self.body { state.isTerminal } else { false }
    }
}
