internal import MaaSControl
internal import MaaSCore

/// A task as its user sees it, assembled from its row and from events.
struct FollowedTask: Sendable, Hashable {
    typealias Change = (kind: FeedUpdate.Kind, news: TaskNews)

    let id: TaskID
    /// nil until anything is known.
    private(set) var state: TaskState?
    private(set) var attempt = 0
    private(set) var wait: TaskWait?
    private(set) var progress: TaskProgress?
    /// Why the task failed, or why its last attempt did.
    private(set) var failure: TaskFailure?
    private(set) var result: TaskResult?

    init(_ id: TaskID) { self.id = id }

    init(_ row: TaskRow, wait: TaskWait?) {
        self.id = row.id
        self.state = row.state
        self.attempt = row.attempt
        self.wait = row.state == .queued ? wait : nil
        self.progress = row.state == .running ? row.progress : nil
        self.failure = row.failure
        self.result = row.result
    }

    var isOver: Bool { self.state?.isTerminal == true }

    /// Applies an event; returns nil when nothing changes for a follower.
    mutating func apply(_ event: TaskEvent) -> Change? {
        guard !self.isOver else { return self.complete(with: event) }
        guard event.attempt >= self.attempt else { return nil }
        if event.attempt > self.attempt {
            self.attempt = event.attempt
            self.state = nil
            self.progress = nil
            self.failure = nil
            self.result = nil
        }
        switch event.body {
        case .heartbeat: return nil
        case .queued(let wait): return self.waits(wait)
        case .progress(let progress): return self.progresses(progress)
        case .state(let state, let failure, let result): return self.moves(to: state, failure, result)
        case .succeeded(let result):
            // Not sent yet: the state event that follows once the result is durable makes it visible, and REST then
            // says the same. Services of an earlier version leave it out of that event.
            self.result = result
            return nil
        // The state event that follows has the failure, and whether there is another attempt.
        case .failed: return nil
        }
    }

    /// Merges in the row. Returns whether it has a state, or an attempt, that no event reported.
    mutating func adopt(_ row: FollowedTask) -> Bool {
        if self.isOver {
            if row.state == self.state, row.attempt == self.attempt { self.complete(with: row.result) }
            return false
        }
        guard row.attempt >= self.attempt else { return false }
        // An attempt runs only once, so a requeued row is newer than a running view, and the event for it was lost.
        let isRequeued = self.state == .running && row.state == .queued
        if row.attempt > self.attempt || row.isOver || isRequeued || self.state == nil {
            let isNews = self.state != nil && (self.state != row.state || row.attempt > self.attempt)
            self = row
            return isNews
        }
        self.wait = self.wait ?? (self.state == .queued ? row.wait : nil)
        self.progress = self.progress ?? (self.state == .running ? row.progress : nil)
        if self.state == row.state { self.failure = self.failure ?? row.failure }
        return false
    }

    /// All members, with null for what there is not: the content of a snapshot.
    var data: [String: JSONValue] {
        let failure = self.failure?.view ?? .null
        var data: [String: JSONValue] = [
            "attempt": JSONValue(self.attempt),
            "error": self.state == .failed ? failure : .null,
            "last_error": self.isOver ? .null : failure,
        ]
        data["status"] = self.state.map { .string($0.rawValue) }
        data.merge(self.wait.view) { $1 }
        // The wait and the progress both have an `eta_s`: progress wins if it has one.
        data.merge(self.progress.view) { old, new in new.isNull ? old : new }
        // No row has the preview of a running attempt: it is left out until it is known.
        if self.state != .running || self.progress == nil { data["preview"] = .null }
        if self.state == .completed { data["percent"] = 100 }
        data["result"] = (self.state == .completed ? self.result : nil)?.view(of: self.id) ?? .null
        return data
    }

    private mutating func waits(_ wait: TaskWait) -> Change? {
        guard self.state != .queued || self.wait != wait else { return nil }
        // An attempt runs only once, and its events are sent in order: so the event that told of the requeue was lost.
        let isRequeued = self.state == .running
        self.state = .queued
        self.wait = wait
        self.progress = nil
        if isRequeued { return (.state, .members(self.data)) }
        var data = self.wait.view
        data["status"] = .string(TaskState.queued.rawValue)
        return (.progress, .members(data))
    }

    private mutating func progresses(_ progress: TaskProgress) -> Change? {
        // Progress of the failed attempt no longer matters once its task is requeued.
        guard self.state != .queued else { return nil }
        let isBeginning = self.state != .running
        // The dispatcher says that images are pulled when it sees that in a pod, which may be later than the first word
        // of another pod, or of the same one when the dispatcher is new.
        if !isBeginning, let known = self.progress, progress.stage < known.stage { return nil }
        var progress = progress
        progress.percent = max(progress.percent, self.progress?.percent ?? 0)
        progress.preview = progress.preview ?? self.progress?.preview
        let isNewStage = isBeginning || self.progress?.stage != progress.stage
        guard isNewStage || self.progress != progress else { return nil }
        self.state = .running
        self.wait = nil
        self.progress = progress
        // What was told of the wait and of an earlier attempt must go away.
        if isBeginning { return (.state, .members(["preview": JSONValue.null].merging(self.data) { $1 })) }
        return (isNewStage ? .state : .progress, .progress(progress, attempt: self.attempt))
    }

    private mutating func moves(to state: TaskState, _ failure: TaskFailure?, _ result: TaskResult?) -> Change? {
        guard state != self.state else { return nil }
        self.state = state
        if state != .queued { self.wait = nil }
        if state != .running { self.progress = nil }
        self.failure = failure
        self.result = state == .completed ? result ?? self.result : nil
        return (state.isTerminal ? .end : .state, .members(self.data))
    }

    /// The pod's report may complete the result of a task that ended with the file alone.
    private mutating func complete(with event: TaskEvent) -> Change? {
        guard event.attempt == self.attempt, case .state(.completed, _, let result) = event.body else { return nil }
        return self.complete(with: result) ? (.end, .members(self.data)) : nil
    }

    /// Returns whether `result` says more than is known.
    @discardableResult
    private mutating func complete(with result: TaskResult?) -> Bool {
        guard self.state == .completed, let result, self.result.map(result.completes) ?? true else { return false }
        self.result = result
        return true
    }
}

extension TaskWait? {
    /// Unknown members are null, so that they replace what the client holds.
    fileprivate var view: [String: JSONValue] {
        [
            "position": JSONValue(self?.position),
            "eta_s": JSONValue(self?.etaSeconds),
            "reason": JSONValue(self?.reason.rawValue),
        ]
    }
}

extension TaskProgress? {
    /// Unknown members are null.
    var view: [String: JSONValue] {
        var view: [String: JSONValue] = [
            "stage": JSONValue(self?.stage.rawValue),
            "step": JSONValue(self?.step),
            "total": JSONValue(self?.total),
            "percent": self.map { .number($0.percent) } ?? .null,
            "eta_s": JSONValue(self?.etaSeconds),
            "message": JSONValue(self?.message),
        ]
        // Left out if there is none: few generators make previews, and it was null when the attempt began.
        view["preview"] = self?.preview.map { JSONValue($0) }
        return view
    }
}
