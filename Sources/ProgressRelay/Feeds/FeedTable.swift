internal import MaaSControl
internal import MaaSCore

/// What is known of every task that this replica has heard of, and how far each stream was read. Pure: no loop, no clock.
struct FeedTable {
    /// How a subscription begins.
    struct Beginning {
        let mode: ServerMessage.Mode
        let position: EventPosition
        /// The task as it is now; nil for one who goes on from what they have seen.
        var data: [String: JSONValue]?
        /// What was missed.
        var replay: [FeedUpdate] = []
        /// The end, once more should it have been told: of a task that is over nothing else will ever come.
        let lastWord: FeedUpdate?
    }

    let streams: EventShards
    /// The epochs of all streams, in order, with dots between: what clients know as the epoch.
    private(set) var epoch = ""
    private var shards: [FeedShard]
    private var feeds: [TaskID: TaskFeed] = [:]

    /// How long the feed of a task that is over, or that nothing was heard of, is kept for those who come back.
    private static let keptAfterEnd: Duration = .seconds(600)
    private static let keptInSilence: Duration = .seconds(3600)

    init(streams: EventShards) {
        self.streams = streams
        self.shards = streams.streams.map { _ in FeedShard() }
    }

    var count: Int { self.feeds.count }

    /// Whose task it is; nil until its row was adopted.
    func owner(of task: TaskID) -> String? { self.feeds[task]?.owner }

    func contains(_ task: TaskID) -> Bool { self.feeds[task] != nil }

    /// The epoch of one stream.
    func epoch(of shard: Int) -> String { self.shards[shard].epoch }

    /// The stream of a task.
    func shard(of task: TaskID) -> FeedShard { self.shards[self.streams.shard(of: task)] }

    // MARK: From the streams

    /// Begins streams, or begins them anew: then what was known of the tasks in them was of others, or has a hole.
    mutating func begin(_ begun: [Int: FeedShard]) {
        for (index, shard) in begun { self.shards[index] = shard }
        self.epoch = self.shards.map(\.epoch).joined(separator: ".")
        self.feeds = self.feeds.filter { begun[self.streams.shard(of: $0.key)] == nil }
    }

    /// Takes in a verified event; with what its followers are to be told, if anything.
    mutating func take(
        _ event: TaskEvent,
        at position: EventPosition,
        now: ContinuousClock.Instant
    ) -> (outcome: RelayMetrics.Outcome, update: FeedUpdate?) {
        // In its place: a copy would copy all that is remembered.
        self.feeds[event.task, default: Self.feed(of: event.task, in: self.streams, self.shards, now)]
            .take(event, at: position, now: now)
    }

    /// Notes how far a stream was read.
    mutating func advance(_ shard: Int, to cursor: EventPosition) {
        self.shards[shard].cursor = max(self.shards[shard].cursor, cursor)
    }

    /// The feed of a task that is heard of for the first time.
    private static func feed(
        of task: TaskID,
        in streams: EventShards,
        _ shards: [FeedShard],
        _ now: ContinuousClock.Instant
    ) -> TaskFeed {
        TaskFeed(task: task, floor: shards[streams.shard(of: task)].floor, now: now)
    }

    // MARK: From the rows

    /// Takes in a row. Returns whether it has a state that no event has told: then followers are to begin anew.
    mutating func adopt(_ row: TaskRow, _ wait: TaskWait?, now: ContinuousClock.Instant) -> Bool {
        self.feeds[row.id, default: Self.feed(of: row.id, in: self.streams, self.shards, now)]
            .adopt(owner: row.user, TaskView(row, wait: wait), at: self.shard(of: row.id).cursor)
    }

    /// Those of `tasks` that are not over and of which nothing was heard for `silence`, at most `limit`. They count as
    /// heard of now.
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

    /// How one who has `seen` so much of a task begins to follow it; nil when nothing is known of it.
    ///
    /// - Parameter mode: for one who has seen nothing.
    func beginning(
        of task: TaskID,
        from seen: ClientOperation.Seen?,
        mode: ServerMessage.Mode
    ) -> Beginning? {
        guard let feed = self.feeds[task] else { return nil }
        let cursor = self.shard(of: task).cursor
        let lastWord = feed.view.isOver ? feed.lastWord(at: cursor) : nil
        if let seen, self.isCurrent(seen, for: task), let missed = feed.updates(after: seen.position) {
            return Beginning(mode: .resumed, position: seen.position, replay: missed, lastWord: lastWord)
        }
        // The feed holds everything up to the cursor, whether that told anything of this task or not.
        return Beginning(
            mode: seen == nil ? mode : .reset,
            position: cursor,
            data: feed.view.data,
            lastWord: lastWord
        )
    }

    /// Whether what a client has seen of a task is of its stream's present life. Those of other streams do not matter.
    private func isCurrent(_ seen: ClientOperation.Seen, for task: TaskID) -> Bool {
        let epochs = seen.epoch.split(separator: ".", omittingEmptySubsequences: false)
        let shard = self.streams.shard(of: task)
        return epochs.count == self.shards.count && epochs[shard] == self.shards[shard].epoch
    }

    /// Forgets tasks that nobody follows, some time after their end or when nothing is heard of them.
    mutating func tidy(_ now: ContinuousClock.Instant, isFollowed: (TaskID) -> Bool) {
        for (task, feed) in self.feeds where !isFollowed(task) {
            let kept = feed.view.isOver ? Self.keptAfterEnd : Self.keptInSilence
            guard now - feed.touched > kept else { continue }
            self.feeds[task] = nil
            let shard = self.streams.shard(of: task)
            self.shards[shard].floor = max(self.shards[shard].floor, feed.position, feed.floor)
        }
    }
}
