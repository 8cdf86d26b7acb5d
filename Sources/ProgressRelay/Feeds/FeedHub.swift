internal import MaaSControl
internal import MaaSCore

/// All followers of this replica, which it updates from its ``FeedTable`` as events arrive.
///
/// It shares one loop with the stream reader, so reading a feed and subscribing to it is one step: nothing is lost or
/// duplicated between a snapshot and the first live update.
@LoopActor
final class FeedHub {
    let settings: MaaSConfiguration.ProgressRelay
    private var table: FeedTable
    private let rows: TaskRows
    let metrics: RelayMetrics
    private let logger: Logger

    /// Who may connect.
    let gate: ConnectionGate
    private var followings = Followings()
    private let flushes = DelayedFlushes()
    private var maintenanceTimer: LoopTimer?
    private var maintenanceRounds = 0

    private let maintenanceInterval: Duration
    private let silenceLimit: Duration

    /// The most followed tasks that are compared with their rows at a time.
    private static let recheckBatch = 1000

    /// - Parameters:
    ///   - maintenanceInterval: how often connections are checked and pinged; feeds are tidied every twelfth time.
    ///   - silenceLimit: a followed task that is silent for this long is compared with its row, because its event may
    ///     have been lost with its producer.
    ///   - latenessLimit: the replica is overloaded once its timers are this late.
    init(
        _ settings: MaaSConfiguration.ProgressRelay,
        events: MaaSConfiguration.Events,
        maintenanceInterval: Duration = .seconds(5),
        silenceLimit: Duration = .seconds(30),
        latenessLimit: Duration = .milliseconds(500),
        metrics: Metrics,
        logger: Logger,
        lookUp: @escaping TaskRows.LookUp
    ) {
        self.settings = settings
        self.maintenanceInterval = maintenanceInterval
        self.silenceLimit = silenceLimit
        self.table = FeedTable(streams: EventShards(events))
        self.metrics = RelayMetrics(metrics)
        self.gate = ConnectionGate(
            settings,
            ticketLifetime: events.ticketLifetime,
            latenessLimit: latenessLimit
        )
        self.logger = logger
        self.rows = TaskRows(lookUp)
        metrics.gauge("maas_relay_connections", help: "Clients connected.") { [weak self] in
            self.map { Double($0.followings.count) }
        }
        metrics.gauge("maas_relay_connection_limit", help: "Clients that may be connected.") {
            Double(settings.connectionLimit)
        }
        metrics.gauge("maas_relay_followed_tasks", help: "Tasks with at least one follower.") { [weak self] in
            self.map { Double($0.followings.taskCount) }
        }
    }

    var followerCount: Int { self.followings.count }
    var feedCount: Int { self.table.count }
    var streams: EventShards { self.table.streams }
    /// The epoch that clients see: the epochs of all streams, combined.
    var epoch: String { self.table.epoch }

    func start() {
        self.gate.start()
        self.flushes.start()
        let timer = LoopTimer { [weak self] in self?.maintain(.now) }
        timer.start(after: self.maintenanceInterval, repeating: self.maintenanceInterval)
        self.maintenanceTimer = timer
    }

    func stop() {
        self.gate.stop()
        self.flushes.stop()
        self.maintenanceTimer?.close()
    }

    // MARK: From the streams

    /// The epoch of one stream.
    func epoch(of shard: Int) -> String { self.table.epoch(of: shard) }

    /// Starts streams, or restarts them. Followers of the tasks in them start over with a snapshot.
    func restart(_ shards: [Int: FeedShard]) {
        self.table.restart(shards)
        let isConcerned = { [streams] (task: TaskID) in shards[streams.shard(of: task)] != nil }
        for follower in self.followings.all {
            for task in follower.session.restart(self.hello, where: isConcerned) {
                self.resolve(task, for: follower, mode: .reset)
            }
            follower.flush(.now)
        }
    }

    /// Processes verified events of one stream, in stream order; `cursor` is how far the stream was read.
    func take(_ events: [(position: EventPosition, event: TaskEvent)], of shard: Int, cursor: EventPosition) {
        let now = ContinuousClock.now
        var touched: [Follower] = []
        var outcomes: [RelayMetrics.Outcome: Int] = [:]
        for (position, event) in events {
            let (outcome, update) = self.table.take(event, at: position, now: now)
            outcomes[outcome, default: 0] += 1
            if let update { self.offer(update, &touched) }
        }
        for (outcome, count) in outcomes { self.metrics.count(outcome, count) }
        self.table.advance(shard, to: cursor)
        self.flushes.flush(touched, now)
    }

    private func offer(_ update: FeedUpdate, _ touched: inout [Follower]) {
        let followers = self.followings.followers(of: update.task)
        // Encoded once for all of them.
        let message = followers.count > 1 ? ServerMessage.update(update) : nil
        for follower in followers where follower.offer(update, as: message) { touched.append(follower) }
    }

    // MARK: Followers

    /// Closes connections whose key, or whose user, has lost access.
    func revoke(_ revocation: Revocation) {
        self.gate.note(revocation)
        for follower in self.followings.all where self.gate.isRevoked(follower.session.ticket, by: revocation) {
            follower.close(.revoked)
        }
    }

    /// Registers a client, whose first flush sends the `hello`.
    func add(_ follower: Follower) {
        self.gate.enter(follower.session.user)
        self.followings.insert(follower)
        follower.session.tell(self.hello)
    }

    func remove(_ follower: Follower) {
        if self.followings.remove(follower) { self.gate.leave(follower.session.user) }
    }

    func receive(_ text: String, from follower: Follower) {
        for action in follower.session.receive(text, now: .now) {
            switch action {
            case .resolve(let task): self.resolve(task, for: follower, mode: .snapshot)
            case .release(let task): self.followings.release(task, follower)
            case .close(let reason): follower.close(reason)
            }
        }
        follower.flush(.now)
    }

    /// Whether the task is the user's; loads the row if its owner is not known yet.
    func owns(_ user: String, _ task: TaskID) async throws -> Bool {
        if let owner = self.table.owner(of: task) { return owner == user }
        let epoch = self.table.shard(of: task).epoch
        guard let (row, wait) = try await self.rows.find(task) else { return false }
        guard epoch == self.table.shard(of: task).epoch else { return try await self.owns(user, task) }
        self.adopt(row, wait)
        return row.user == user
    }

    /// Whether the owners of all these tasks are known. The answer holds until the caller suspends.
    func knows(_ tasks: [TaskID]) -> Bool { tasks.allSatisfy { self.table.owner(of: $0) != nil } }

    /// Whether a client may subscribe to all of these tasks at once, and has a connection slot.
    ///
    /// Their rows have been loaded before; a stream restart since then may have discarded them.
    func canBegin(_ tasks: [TaskID], _ ticket: EventTicket) async -> Bool {
        while let unknown = tasks.first(where: { self.table.owner(of: $0) == nil }) {
            guard (try? await self.owns(ticket.user, unknown)) == true else { return false }
        }
        return self.gate.isOpen(to: ticket)
    }

    /// Starts a subscription, synchronously, if the task's owner is known.
    func subscribe(_ follower: Follower, to task: TaskID, mode: ServerMessage.Mode) {
        // The follower may have left while the row was looked up; nobody would remove it from the list again.
        guard self.followings.contains(follower), follower.session.awaits(task), !follower.isClosed,
            let beginning = self.table.beginning(of: task, from: follower.session.seen(of: task), mode: mode)
        else { return }
        self.followings.follow(task, follower)
        self.metrics.count(beginning.mode)
        follower.session.begin(
            task,
            beginning.mode,
            at: beginning.position,
            data: beginning.data,
            replay: beginning.replay
        )
        if let finalEvent = beginning.finalEvent { follower.session.tell(.update(finalEvent)) }
    }

    private func resolve(_ task: TaskID, for follower: Follower, mode: ServerMessage.Mode) {
        LoopActor.immediate {
            do {
                if try await self.owns(follower.session.user, task) {
                    self.subscribe(follower, to: task, mode: mode)
                } else {
                    self.refuse(task, to: follower)
                }
                follower.flush(.now)
            } catch let error as PostgresError where error.code == .unexpectedValue {
                // The row stays unreadable however often the client reconnects, which may follow other tasks. Nobody
                // knows whose it is, so the answer is that of any task that is not the client's.
                self.logger.error("a task with an unreadable row", [.task: "\(task)", .error: "\(error)"])
                self.refuse(task, to: follower)
                follower.flush(.now)
            } catch {
                // The client reconnects with its own backoff, which spares the database.
                self.logger.warning("cannot look up a task", [.task: "\(task)", .error: "\(error)"])
                follower.close(.resync)
            }
        }
    }

    private func refuse(_ task: TaskID, to follower: Follower) {
        follower.session.refuse(task)
        // Still registered if this was to restart a subscription, whose task the user has deleted meanwhile, say.
        self.followings.release(task, follower)
    }

    private func adopt(_ row: TaskRow, _ wait: TaskWait?) {
        let now = ContinuousClock.now
        guard self.table.adopt(row, wait, now: now) else { return }
        // Not sent as an event: clients that have seen newer positions would drop it as old.
        for follower in self.followings.followers(of: row.id) {
            follower.session.restart(row.id, why: "row")
            self.subscribe(follower, to: row.id, mode: .reset)
            follower.flush(now)
        }
    }

    private var hello: ServerMessage { .hello(epoch: self.epoch, ping: self.settings.pingInterval) }

    // MARK: Time

    /// Closes connections that are due at `now`, pings the others, and sheds load. Compares tasks that have been silent
    /// with their rows, and discards feeds that nobody needs any more.
    func maintain(_ now: ContinuousClock.Instant) {
        for follower in self.followings.all {
            follower.maintain(now, pingInterval: self.settings.pingInterval, lifetime: self.settings.connectionLifetime)
        }
        let excess = self.gate.excess(now)
        if excess > 0 {
            for follower in self.followings.all.shuffled().prefix(excess) { follower.close(.overloaded()) }
        }
        self.recheckSilentTasks(now)
        self.maintenanceRounds += 1
        if self.maintenanceRounds.isMultiple(of: 12) { self.table.tidy(now) { self.followings.isFollowed($0) } }
    }

    /// Compares followed tasks that have been silent with their rows.
    private func recheckSilentTasks(_ now: ContinuousClock.Instant) {
        let tasks = self.followings.tasks
        for task in self.table.takeSilent(tasks, for: self.silenceLimit, limit: Self.recheckBatch, now: now) {
            LoopActor.immediate {
                guard let (row, wait) = try? await self.rows.find(task), self.table.contains(task) else { return }
                self.adopt(row, wait)
            }
        }
    }

    /// Closes every connection, spread over time.
    func drain() async {
        self.gate.close()
        for (count, follower) in self.followings.all.shuffled().enumerated() {
            follower.close(.restarting())
            if count % 100 == 99 { try? await LoopClock().sleep(for: .milliseconds(100)) }
        }
    }
}
