internal import MaaSControl
internal import MaaSCore

/// The feeds of all tasks that this replica has heard of, and how far each stream was read. Pure: no loop, no clock.
struct FeedTable {
    /// How a subscription starts.
    struct Beginning {
        let mode: ServerMessage.Mode
        let position: EventPosition
        /// The task's current state; nil for a client that resumes.
        var data: [String: JSONValue]?
        /// The updates that the client missed.
        var replay: [FeedUpdate] = []
        /// The final update, repeated even if it was sent before: nothing else will follow for a finished task.
        let finalEvent: FeedUpdate?
    }

    let streams: EventShards
    /// The epochs of all streams, in order, joined by dots: what clients see as the epoch.
    private(set) var epoch = ""
    private var shards: [FeedShard]
    private var feeds: [TaskID: TaskFeed] = [:]

    /// How long an unfollowed feed is kept for returning clients: after the task has ended, and after its last event.
    private static let keptAfterEnd: Duration = .seconds(600)
    private static let keptInSilence: Duration = .seconds(3600)

    init(streams: EventShards) {
        self.streams = streams
        self.shards = streams.names.map { _ in FeedShard() }
    }

    var count: Int { self.feeds.count }

    /// The owner of the task; nil until its row was adopted.
    func owner(of task: TaskID) -> String? { self.feeds[task]?.owner }

    func contains(_ task: TaskID) -> Bool { self.feeds[task] != nil }

    /// The epoch of one stream.
    func epoch(of shard: Int) -> String { self.shards[shard].epoch }

    /// The stream of a task.
    func shard(of task: TaskID) -> FeedShard { self.shards[self.streams.shard(of: task)] }

    // MARK: From the streams

    /// Starts streams, or restarts them. This discards the feeds of their tasks, which are of another epoch or have a
    /// hole.
    mutating func restart(_ shards: [Int: FeedShard]) {
        for (index, shard) in shards { self.shards[index] = shard }
        self.epoch = self.shards.map(\.epoch).joined(separator: ".")
        self.feeds = self.feeds.filter { shards[self.streams.shard(of: $0.key)] == nil }
    }

    /// Applies a verified event. Returns the update for followers, if there is one.
    mutating func take(
        _ event: TaskEvent,
        at position: EventPosition,
        now: ContinuousClock.Instant
    ) -> (outcome: RelayMetrics.Outcome, update: FeedUpdate?) {
        // In place: a copy would copy all the feeds.
        self.feeds[event.task, default: Self.feed(of: event.task, in: self.streams, self.shards, now)]
            .take(event, at: position, now: now)
    }

    /// Records how far a stream was read.
    mutating func advance(_ shard: Int, to cursor: EventPosition) {
        self.shards[shard].cursor = max(self.shards[shard].cursor, cursor)
    }

    /// The feed of a task that is seen for the first time.
    private static func feed(
        of task: TaskID,
        in streams: EventShards,
        _ shards: [FeedShard],
        _ now: ContinuousClock.Instant
    ) -> TaskFeed {
        TaskFeed(task: task, floor: shards[streams.shard(of: task)].floor, now: now)
    }

    // MARK: From the rows

    /// Merges in a row. Returns whether the row has news that no event reported: followers must then restart.
    mutating func adopt(_ row: TaskRow, _ wait: TaskWait?, now: ContinuousClock.Instant) -> Bool {
        self.feeds[row.id, default: Self.feed(of: row.id, in: self.streams, self.shards, now)]
            .adopt(owner: row.user, FollowedTask(row, wait: wait), at: self.shard(of: row.id).cursor)
    }

    /// Those of `tasks` that are not over and have been silent for `silence`, at most `limit`. Restarts their silence.
    mutating func takeSilent(
        _ tasks: some Sequence<TaskID>,
        for silence: Duration,
        limit: Int,
        now: ContinuousClock.Instant
    ) -> [TaskID] {
        let silent = tasks.filter { task in
            self.feeds[task].map { !$0.view.isOver && now - $0.touched > silence } ?? false
        }
        for task in silent.prefix(limit) { self.feeds[task]?.touch(now) }
        return Array(silent.prefix(limit))
    }

    // MARK: For followers

    /// How a client that has seen `seen` of a task starts to follow it; nil when nothing is known of the task.
    ///
    /// - Parameter mode: the mode for a client that has seen nothing.
    func beginning(
        of task: TaskID,
        from seen: ClientOperation.Seen?,
        mode: ServerMessage.Mode
    ) -> Beginning? {
        guard let feed = self.feeds[task] else { return nil }
        let cursor = self.shard(of: task).cursor
        let finalEvent = feed.view.isOver ? feed.finalEvent(at: cursor) : nil
        if let seen, self.isCurrent(seen, for: task), let missed = feed.updates(after: seen.position) {
            return Beginning(mode: .resumed, position: seen.position, replay: missed, finalEvent: finalEvent)
        }
        // The feed is complete up to the cursor, even if the last entries were of other tasks.
        return Beginning(
            mode: seen == nil ? mode : .reset,
            position: cursor,
            data: feed.view.data,
            finalEvent: finalEvent
        )
    }

    /// Whether `seen` is of the current epoch of the task's stream. The epochs of other streams do not matter.
    private func isCurrent(_ seen: ClientOperation.Seen, for task: TaskID) -> Bool {
        let epochs = seen.epoch.split(separator: ".", omittingEmptySubsequences: false)
        let shard = self.streams.shard(of: task)
        return epochs.count == self.shards.count && epochs[shard] == self.shards[shard].epoch
    }

    /// Discards unfollowed tasks that ended, or were last heard of, some time ago.
    mutating func tidy(_ now: ContinuousClock.Instant, isFollowed: (TaskID) -> Bool) {
        // Collected first: to remove one while going through all would copy all of them.
        let expired = self.feeds.filter { task, feed in
            now - feed.touched > (feed.view.isOver ? Self.keptAfterEnd : Self.keptInSilence) && !isFollowed(task)
        }
        for (task, feed) in expired {
            self.feeds[task] = nil
            let shard = self.streams.shard(of: task)
            self.shards[shard].floor = max(self.shards[shard].floor, feed.position, feed.floor)
        }
    }
}
