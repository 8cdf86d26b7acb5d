internal import MaaSControl
internal import MaaSCore

/// All feeds and all followers of this replica: hands what the stream brings to those who want it.
///
/// It lives on one loop with the reader of the stream, so to look at a feed and to follow it is one step: between a
/// snapshot and the first live update nothing can be lost or come twice.
@LoopActor
final class FeedHub {
    let limits: MaaSConfiguration.ProgressRelay
    /// The epochs of all streams, in order, with dots between: what clients know as the epoch.
    private(set) var epoch = ""
    let streams: EventShards
    private let rows: TaskRows
    let metrics: RelayMetrics
    private let logger: Logger

    private var feeds: [TaskID: TaskFeed] = [:]
    private var followers: [ObjectIdentifier: Follower] = [:]
    private var following: [TaskID: [Follower]] = [:]
    private var shards: [FeedShard]
    private var late: [Follower] = []
    private var lateTimer: LoopTimer?
    private var tendTimer: LoopTimer?
    private var ticks = 0
    private var punctuality: LoopTimer?
    private var lastTick = ContinuousClock.now
    private var admission: Admission
    private var revoked: RevokedAccess
    private(set) var isDraining = false

    private let tendInterval: Duration
    private let doubtAfter: Duration

    /// How often it is looked whether the loop is late.
    private static let tickInterval: Duration = .milliseconds(100)
    /// How long the feed of a task that is over, or that nothing was heard of, is kept for those who come back.
    private static let keptAfterEnd: Duration = .seconds(600)
    private static let keptInSilence: Duration = .seconds(3600)
    /// Followed tasks that are compared with their rows each time.
    private static let doubted = 1000

    /// - Parameters:
    ///   - tendInterval: how often connections are tended; feeds are tidied every twelfth time.
    ///   - doubtAfter: a followed task that is silent for so long is compared with its row: its event may have died with
    ///     a producer.
    init(
        _ limits: MaaSConfiguration.ProgressRelay,
        events: MaaSConfiguration.Events,
        tendInterval: Duration = .seconds(5),
        doubtAfter: Duration = .seconds(30),
        metrics: Metrics,
        logger: Logger,
        lookUp: @escaping TaskRows.LookUp
    ) {
        self.limits = limits
        self.tendInterval = tendInterval
        self.doubtAfter = doubtAfter
        self.streams = EventShards(events)
        self.shards = self.streams.streams.map { _ in FeedShard() }
        self.metrics = RelayMetrics(metrics)
        self.admission = Admission(
            limit: limits.connectionLimit,
            userLimit: limits.userConnectionLimit,
            rate: limits.connectionRate,
            now: .now
        )
        self.revoked = RevokedAccess(ticketLifetime: events.ticketLifetime)
        self.logger = logger
        self.rows = TaskRows(lookUp)
        metrics.gauge("maas_relay_connections", help: "Clients connected.") { [weak self] in
            self.map { Double($0.followers.count) }
        }
        metrics.gauge("maas_relay_followed_tasks", help: "Tasks that somebody follows.") { [weak self] in
            self.map { Double($0.following.count) }
        }
    }

    var followerCount: Int { self.followers.count }
    var feedCount: Int { self.feeds.count }

    func start() {
        self.lateTimer = LoopTimer { [weak self] in self?.flushLate() }
        let timer = LoopTimer { [weak self] in self?.tend(.now) }
        timer.start(after: self.tendInterval, repeating: self.tendInterval)
        self.tendTimer = timer
        self.lastTick = .now
        self.punctuality = LoopTimer { [weak self] in self?.tick(.now) }
        self.punctuality?.start(after: Self.tickInterval, repeating: Self.tickInterval)
    }

    func stop() {
        self.lateTimer?.close()
        self.tendTimer?.close()
        self.punctuality?.close()
    }

    // MARK: From the streams

    /// The epoch of one stream.
    func epoch(of shard: Int) -> String { self.shards[shard].epoch }

    /// Begins streams, or begins them anew: then what was known of the tasks in them was of others, or has a hole.
    /// Followers of those tasks start over with a snapshot.
    func begin(_ begun: [Int: FeedShard]) {
        for (index, shard) in begun { self.shards[index] = shard }
        self.epoch = self.shards.map(\.epoch).joined(separator: ".")
        let isConcerned = { [streams] (task: TaskID) in begun[streams.shard(of: task)] != nil }
        self.feeds = self.feeds.filter { !isConcerned($0.key) }
        for follower in self.followers.values {
            for task in follower.session.restart(self.hello, where: isConcerned) {
                self.resolve(task, for: follower, from: nil, mode: .reset)
            }
            follower.flush(.now)
        }
    }

    /// Takes in verified events of one stream, in its order; `cursor` is how far it was read.
    func take(_ events: [(position: EventPosition, event: TaskEvent)], of shard: Int, cursor: EventPosition) {
        let now = ContinuousClock.now
        var touched: [Follower] = []
        var outcomes: [RelayMetrics.Outcome: Int] = [:]
        for (position, event) in events {
            // In its place: a copy would copy all that is remembered.
            let (outcome, update) = self.feeds[event.task, default: self.newFeed(of: event.task, now)]
                .take(event, at: position, now: now)
            outcomes[outcome, default: 0] += 1
            if let update { self.offer(update, &touched) }
        }
        for (outcome, count) in outcomes { self.metrics.count(outcome, count) }
        self.shards[shard].cursor = max(self.shards[shard].cursor, cursor)
        self.flush(touched, now)
    }

    private func newFeed(of task: TaskID, _ now: ContinuousClock.Instant) -> TaskFeed {
        TaskFeed(task: task, floor: self.shard(of: task).floor, now: now)
    }

    private func shard(of task: TaskID) -> FeedShard { self.shards[self.streams.shard(of: task)] }

    private func offer(_ update: FeedUpdate, _ touched: inout [Follower]) {
        guard let followers = self.following[update.task] else { return }
        // Made once for all of them.
        let message = followers.count > 1 ? ServerMessage.update(update) : nil
        for follower in followers where follower.offer(update, as: message) { touched.append(follower) }
    }

    private func flush(_ touched: [Follower], _ now: ContinuousClock.Instant) {
        for follower in touched where follower.flushTouched(now) {
            if self.late.isEmpty { self.lateTimer?.start(after: Follower.flushInterval) }
            self.late.append(follower)
        }
    }

    private func flushLate() {
        let late = self.late
        self.late = []
        let now = ContinuousClock.now
        for follower in late { follower.flushLate(now) }
    }

    // MARK: Followers

    /// Refuses whoever may not connect now; to be asked before ``add(_:)``.
    func check(_ ticket: EventTicket) throws(Admission.Refusal) {
        try self.admission.check(ticket.user, now: .now)
    }

    /// The same without counting as one more who comes: for those who had to wait since.
    func checkRoom(_ ticket: EventTicket) throws(Admission.Refusal) { try self.admission.checkRoom(ticket.user) }

    /// Whether the key behind a ticket has been revoked since it was made.
    func isRevoked(_ ticket: EventTicket) -> Bool { self.revoked.ends(ticket) }

    /// Ends what was connected with a key, or by a user, whose access ended.
    func revoke(_ revocation: Revocation) {
        self.revoked.note(revocation, now: .now())
        for follower in Array(self.followers.values)
        where self.revoked.ends(follower.session.ticket, by: revocation) { follower.close(.revoked) }
    }

    func add(_ follower: Follower) {
        self.admission.enter(follower.session.user)
        self.followers[ObjectIdentifier(follower)] = follower
        follower.session.tell(self.hello)
        follower.flush(.now)
    }

    func remove(_ follower: Follower) {
        let id = ObjectIdentifier(follower)
        guard self.followers.removeValue(forKey: id) != nil else { return }
        self.admission.leave(follower.session.user)
        for task in follower.session.tasks { self.release(task, follower) }
    }

    func receive(_ text: String, from follower: Follower) {
        for action in follower.session.receive(text, now: .now) {
            switch action {
            case .resolve(let task, let seen): self.resolve(task, for: follower, from: seen)
            case .release(let task): self.release(task, follower)
            case .close(let reason): follower.close(reason)
            }
        }
        follower.flush(.now)
    }

    /// Whether the task is the user's; loads its row if that is not known yet.
    func owns(_ user: String, _ task: TaskID) async throws -> Bool {
        if let owner = self.feeds[task]?.owner { return owner == user }
        let epoch = self.shard(of: task).epoch
        guard let (row, wait) = try await self.rows.find(task) else { return false }
        guard epoch == self.shard(of: task).epoch else { return try await self.owns(user, task) }
        self.adopt(row, wait)
        return row.user == user
    }

    /// Whether it is known whose tasks these are: until the caller suspends, that stays.
    func knows(_ tasks: [TaskID]) -> Bool { tasks.allSatisfy { self.feeds[$0]?.owner != nil } }

    /// Whether a client may begin with all of these tasks at once, and has a place.
    ///
    /// Their rows were found before. A stream that was begun anew since has taken them away again.
    func canBegin(_ tasks: [TaskID], _ ticket: EventTicket) async -> Bool {
        while let unknown = tasks.first(where: { self.feeds[$0]?.owner == nil }) {
            guard (try? await self.owns(ticket.user, unknown)) == true else { return false }
        }
        return !self.isDraining && !self.isRevoked(ticket) && (try? self.checkRoom(ticket)) != nil
    }

    /// Begins a subscription whose owner is known, at once.
    func begin(_ task: TaskID, for follower: Follower, from seen: ClientOperation.Seen?, mode: ServerMessage.Mode) {
        // Who left while the row was looked up is followed by nobody's hand any more.
        guard self.followers[ObjectIdentifier(follower)] != nil, follower.session.awaits(task), !follower.isClosed,
            let feed = self.feeds[task]
        else { return }
        if self.following[task]?.contains(where: { $0 === follower }) != true {
            self.following[task, default: []].append(follower)
        }
        let cursor = self.shard(of: task).cursor
        if let seen, self.isCurrent(seen, for: task), let missed = feed.updates(after: seen.position) {
            self.metrics.count(.resumed)
            follower.session.begin(task, .resumed, at: seen.position, data: nil, replay: missed)
        } else {
            // The feed holds everything up to the cursor, whether that told anything of this task or not.
            let mode = seen == nil ? mode : .reset
            self.metrics.count(mode)
            follower.session.begin(task, mode, at: cursor, data: feed.view.data)
        }
        // Once more, should it have been told: of a task that is over nothing else will ever come.
        if feed.view.isOver { follower.session.tell(.update(feed.lastWord(at: cursor))) }
    }

    /// Whether what a client has seen of a task is of its stream's present life. Those of other streams do not matter.
    private func isCurrent(_ seen: ClientOperation.Seen, for task: TaskID) -> Bool {
        let epochs = seen.epoch.split(separator: ".", omittingEmptySubsequences: false)
        let shard = self.streams.shard(of: task)
        return epochs.count == self.shards.count && epochs[shard] == self.shards[shard].epoch
    }

    private func resolve(
        _ task: TaskID,
        for follower: Follower,
        from seen: ClientOperation.Seen?,
        mode: ServerMessage.Mode = .snapshot
    ) {
        LoopActor.immediate {
            do {
                if try await self.owns(follower.session.user, task) {
                    self.begin(task, for: follower, from: seen, mode: mode)
                } else {
                    follower.session.refuse(task)
                    // It was followed, if this begins it anew and its user deleted the task meanwhile.
                    self.release(task, follower)
                }
                follower.flush(.now)
            } catch {
                // The client comes back by its own back-off, which the database is glad of.
                self.logger.warning("cannot look a task up", [.task: "\(task)", .error: "\(error)"])
                follower.close(.resync)
            }
        }
    }

    private func release(_ task: TaskID, _ follower: Follower) {
        self.following[task]?.removeAll { $0 === follower }
        if self.following[task]?.isEmpty == true { self.following[task] = nil }
    }

    private func adopt(_ row: TaskRow, _ wait: TaskWait?) {
        let now = ContinuousClock.now
        let isNews = self.feeds[row.id, default: self.newFeed(of: row.id, now)]
            .adopt(owner: row.user, TaskView(row, wait: wait), at: self.shard(of: row.id).cursor)
        guard isNews else { return }
        // No event: whoever has seen all of those would drop it as something old.
        for follower in self.following[row.id] ?? [] {
            follower.session.restart(row.id, why: "row")
            self.begin(row.id, for: follower, from: nil, mode: .reset)
            follower.flush(now)
        }
    }

    private var hello: ServerMessage { .hello(epoch: self.epoch, ping: self.limits.pingInterval) }

    // MARK: Time

    /// Sends away whoever is to go at `now`, and looks after the others.
    func tend(_ now: ContinuousClock.Instant) {
        for follower in Array(self.followers.values) {
            follower.tend(now, pingInterval: self.limits.pingInterval, lifetime: self.limits.connectionLifetime)
        }
        let excess = self.admission.excess(now)
        if excess > 0 {
            for follower in self.followers.values.shuffled().prefix(excess) { follower.close(.overloaded()) }
        }
        self.doubt(now)
        self.ticks += 1
        if self.ticks.isMultiple(of: 12) { self.tidy(now) }
    }

    /// Notes that it is `now`, and so by how much the loop is late.
    func tick(_ now: ContinuousClock.Instant) {
        self.admission.note(lateness: now - self.lastTick - Self.tickInterval, now: now)
        self.lastTick = now
    }

    /// Compares silent tasks that somebody follows with their rows.
    private func doubt(_ now: ContinuousClock.Instant) {
        let silent = self.following.keys.filter { task in
            self.feeds[task].map { !$0.view.isOver && now - $0.touched > self.doubtAfter } ?? false
        }
        for task in silent.prefix(Self.doubted) {
            self.feeds[task]?.touch(now)
            LoopActor.immediate {
                if let (row, wait) = try? await self.rows.find(task), self.feeds[task] != nil { self.adopt(row, wait) }
            }
        }
    }

    private func tidy(_ now: ContinuousClock.Instant) {
        for (task, feed) in self.feeds where self.following[task] == nil {
            let kept = feed.view.isOver ? Self.keptAfterEnd : Self.keptInSilence
            guard now - feed.touched > kept else { continue }
            self.feeds[task] = nil
            let shard = self.streams.shard(of: task)
            self.shards[shard].floor = max(self.shards[shard].floor, feed.position, feed.floor)
        }
    }

    /// Sends every client elsewhere, not all at once.
    func drain() async {
        self.isDraining = true
        for (count, follower) in self.followers.values.shuffled().enumerated() {
            follower.close(.restarting())
            if count % 100 == 99 { try? await LoopClock().sleep(for: .milliseconds(100)) }
        }
    }
}
