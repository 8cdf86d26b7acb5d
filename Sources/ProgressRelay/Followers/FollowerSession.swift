internal import MaaSCore

/// The protocol state of one client: its subscriptions, its rate limit and its outbox. Pure.
struct FollowerSession {
    enum Action: Hashable {
        /// Check whether the task is the user's, then call ``begin(_:_:at:data:replay:)`` or ``refuse(_:)``.
        case resolve(TaskID)
        case release(TaskID)
        case close(CloseReason)
    }

    private enum Subscription {
        /// The client has seen the task up to there.
        case resolving(from: ClientOperation.Seen?)
        /// Everything up to here was sent or is in the outbox.
        case live(EventPosition)
    }

    /// The ticket that the client connected with.
    let ticket: EventTicket
    private var subscriptions: [TaskID: Subscription] = [:]
    private var outbox: FollowerOutbox
    private let subscriptionLimit: Int
    private let opened: ContinuousClock.Instant
    private let spread: Double
    private var hasSubscribed = false
    private var bucket: TokenBucket

    /// Operations that a client may send per second, after the initial burst.
    private static let rate = 20.0
    /// A connection without any subscription is closed after this long.
    private static let patience: Duration = .seconds(10)

    /// - Parameter spread: the part of each interval after which this connection is pinged and becomes old. Without it,
    ///   clients that came together after a restart would come together again, every time.
    init(
        ticket: EventTicket,
        subscriptionLimit: Int,
        queueLimit: Int,
        spread: Double = .random(in: 0.8...1),
        now: ContinuousClock.Instant
    ) {
        self.ticket = ticket
        self.subscriptionLimit = subscriptionLimit
        // Plus room for the replies to one operation each.
        self.outbox = FollowerOutbox(limit: queueLimit + 2 * subscriptionLimit)
        self.opened = now
        self.spread = spread
        // Enough to subscribe to the maximum at once, and a little more.
        self.bucket = TokenBucket(size: Double(subscriptionLimit) + 50, perSecond: Self.rate, at: now)
    }

    var user: String { self.ticket.user }
    var tasks: [TaskID] { Array(self.subscriptions.keys) }
    var hasNews: Bool { !self.outbox.isEmpty }
    var isTooSlow: Bool { self.outbox.isOverfull }
    /// Updates merged into newer ones since the last ``take()``.
    var mergeCount: Int { self.outbox.mergeCount }

    func isIdle(_ now: ContinuousClock.Instant) -> Bool { !self.hasSubscribed && now - self.opened > Self.patience }

    /// Whether the client must reconnect with a new ticket, which it gets only while its key is valid.
    func isOld(_ now: ContinuousClock.Instant, lifetime: Duration) -> Bool {
        now - self.opened > lifetime * self.spread
    }

    /// Whether a client that was sent nothing for `silence` must be sent a ping.
    func needsPing(after silence: Duration, interval: Duration) -> Bool { silence >= interval * self.spread }

    // MARK: From the client

    mutating func receive(_ text: String, now: ContinuousClock.Instant) -> [Action] {
        guard let operation = ClientOperation(text) else { return [.close(.badRequest)] }
        guard self.bucket.take(at: now) else { return [.close(.rateLimited)] }
        switch operation {
        case .subscribe(let task, let seen): return self.subscribe(task, from: seen)
        case .subscribeUnknown(let id):
            self.hasSubscribed = true
            self.outbox.append(.error("subscribe", "not_found", task: id))
            return []
        case .unsubscribe(let task):
            guard self.subscriptions.removeValue(forKey: task) != nil else { return [] }
            self.outbox.remove(task)
            return [.release(task)]
        case .pong: return []
        case .unknown(let name):
            self.outbox.append(.error(name, "unknown_operation"))
            return []
        }
    }

    mutating func subscribe(_ task: TaskID, from seen: ClientOperation.Seen?) -> [Action] {
        self.hasSubscribed = true
        guard self.subscriptions[task] == nil else { return [] }
        guard self.subscriptions.count < self.subscriptionLimit else {
            self.outbox.append(.error("subscribe", "too_many_subscriptions", task: task.description))
            return []
        }
        self.subscriptions[task] = .resolving(from: seen)
        return [.resolve(task)]
    }

    // MARK: From the feeds

    /// Whether the task's subscription is still being resolved: the client may have unsubscribed meanwhile.
    func awaits(_ task: TaskID) -> Bool {
        if case .resolving? = self.subscriptions[task] { true } else { false }
    }

    /// Up to where the client has seen a task whose subscription is being resolved.
    func seen(of task: TaskID) -> ClientOperation.Seen? {
        if case .resolving(let seen)? = self.subscriptions[task] { seen } else { nil }
    }

    /// Starts a subscription, with the missed updates or with the current state.
    mutating func begin(
        _ task: TaskID,
        _ mode: ServerMessage.Mode,
        at position: EventPosition,
        data: [String: JSONValue]?,
        replay: [FeedUpdate] = []
    ) {
        guard self.awaits(task) else { return }
        self.outbox.append(.subscribed(task, mode, at: position, data: data))
        self.subscriptions[task] = .live(position)
        for update in replay { self.offer(update) }
    }

    /// Sends the same error for a task that does not exist as for another user's.
    mutating func refuse(_ task: TaskID) {
        guard self.subscriptions.removeValue(forKey: task) != nil else { return }
        self.outbox.append(.error("subscribe", "not_found", task: task.description))
    }

    /// Queues an update that is newer than what was sent, or an end: that may be repeated, and nothing after it would
    /// make up for it.
    ///
    /// - Parameter message: the encoded `update`, if it was made already.
    mutating func offer(_ update: FeedUpdate, as message: ServerMessage? = nil) {
        guard case .live(let position)? = self.subscriptions[update.task],
            update.position > position || update.kind == .end
        else { return }
        self.subscriptions[update.task] = .live(max(update.position, position))
        self.outbox.append(update, as: message)
    }

    mutating func tell(_ message: ServerMessage) { self.outbox.append(message) }

    /// Restarts the subscriptions in a stream that began a new epoch, which voids earlier positions. Returns their
    /// tasks, which must be resolved again.
    mutating func restart(_ hello: ServerMessage, where isInStream: (TaskID) -> Bool) -> [TaskID] {
        let tasks = self.subscriptions.keys.filter(isInStream)
        self.outbox.append(hello)
        for task in tasks { self.restart(task, why: "epoch") }
        return tasks
    }

    /// Voids what was sent of a task: its subscription must be resolved again.
    mutating func restart(_ task: TaskID, why: String) {
        guard self.subscriptions[task] != nil else { return }
        self.outbox.remove(task)
        self.subscriptions[task] = .resolving(from: nil)
        self.outbox.append(.reset(task, why: why))
    }

    mutating func take() -> [ServerMessage] { self.outbox.take() }
}
