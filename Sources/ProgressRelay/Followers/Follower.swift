internal import MaaSCore

/// A connected client: its session and its transport.
@LoopActor
final class Follower {
    var session: FollowerSession
    private let transport: any FollowerTransport
    private let metrics: RelayMetrics
    private var lastSent = ContinuousClock.now
    private(set) var isClosed = false
    /// Whether updates were offered since the last ``flushTouched(_:)``, and whether any of them is urgent.
    private var isTouched = false
    private var isUrgent = false
    /// Whether a later flush is scheduled.
    private var isDelayed = false

    /// A client that has not taken the last messages for this long is closed.
    private static let stallLimit: Duration = .seconds(30)
    /// The shortest time between two messages of progress: faster progress is merged. The first after a pause is sent
    /// at once.
    static let flushInterval: Duration = .milliseconds(20)

    init(_ session: FollowerSession, transport: any FollowerTransport, metrics: RelayMetrics) {
        self.session = session
        self.metrics = metrics
        self.transport = transport
    }

    /// Queues an update. Returns whether it is the first since ``flushTouched(_:)``.
    func offer(_ update: FeedUpdate, as message: ServerMessage?) -> Bool {
        self.session.offer(update, as: message)
        self.isUrgent = self.isUrgent || update.kind != .progress
        defer { self.isTouched = true }
        return !self.isTouched
    }

    /// Sends what is queued. Returns true when that is too early and the caller must schedule ``flushDelayed(_:)``;
    /// only once until that runs.
    func flushTouched(_ now: ContinuousClock.Instant) -> Bool {
        let isUrgent = self.isUrgent
        self.isTouched = false
        self.isUrgent = false
        guard !self.flush(now, isUrgent: isUrgent), !self.isDelayed else { return false }
        self.isDelayed = true
        return true
    }

    func flushDelayed(_ now: ContinuousClock.Instant) {
        self.isDelayed = false
        self.flush(now)
    }

    /// Sends what is queued. Returns false when that is too early.
    @discardableResult
    func flush(_ now: ContinuousClock.Instant, isUrgent: Bool = true) -> Bool {
        guard !self.isClosed, self.session.hasNews, !self.transport.isChoked else {
            if self.session.isTooSlow { self.close(.slow) }
            return true
        }
        guard isUrgent || now - self.lastSent >= Self.flushInterval else { return false }
        self.lastSent = now
        if !self.send() { self.close(.slow) }
        return true
    }

    private func send() -> Bool {
        self.metrics.count(merges: self.session.mergeCount)
        return self.transport.send(self.session.take())
    }

    /// Called when the transport has sent everything.
    func drained() { self.flush(.now) }

    /// Pings a quiet connection, and closes one that is too old, idle or stalled.
    func maintain(_ now: ContinuousClock.Instant, pingInterval: Duration, lifetime: Duration) {
        if self.session.isOld(now, lifetime: lifetime) { return self.close(.aged()) }
        if self.session.isIdle(now) { return self.close(.idle) }
        let silence = now - self.lastSent
        if self.transport.isChoked {
            if silence > Self.stallLimit { self.close(.slow) }
        } else if self.transport.needsPings, self.session.needsPing(after: silence, interval: pingInterval) {
            self.session.tell(.ping)
            self.flush(now)
        }
    }

    func close(_ reason: CloseReason) {
        guard !self.isClosed else { return }
        if !self.transport.isChoked, self.session.hasNews { _ = self.send() }
        self.isClosed = true
        self.metrics.count(reason)
        self.transport.close(reason)
    }
}
