internal import MaaSCore

/// One client and the way to it: carries out what its session decides.
@LoopActor
final class Follower {
    var session: FollowerSession
    private let transport: any FollowerTransport
    private let metrics: RelayMetrics
    private var lastSent = ContinuousClock.now
    private(set) var isClosed = false
    /// Whether it was offered something since the last flush of those that were, and whether that cannot wait.
    private var isTouched = false
    private var isUrgent = false
    /// Whether it is among those that are flushed a little later.
    private var isLate = false

    /// A client that has not taken the last messages for so long is gone.
    private static let stallLimit: Duration = .seconds(30)
    /// Progress that comes faster is merged. The first after a pause is not held back.
    static let flushInterval: Duration = .milliseconds(20)

    init(_ session: FollowerSession, transport: any FollowerTransport, metrics: RelayMetrics) {
        self.session = session
        self.metrics = metrics
        self.transport = transport
    }

    /// Takes what it is to be told. Returns whether that is the first since ``flushTouched(_:)``.
    func offer(_ update: FeedUpdate, as message: ServerMessage?) -> Bool {
        self.session.offer(update, as: message)
        self.isUrgent = self.isUrgent || update.kind != .progress
        defer { self.isTouched = true }
        return !self.isTouched
    }

    /// Sends what was offered. Returns true when it is too early for that, and the client is to be flushed later: once
    /// until that happens.
    func flushTouched(_ now: ContinuousClock.Instant) -> Bool {
        let isUrgent = self.isUrgent
        self.isTouched = false
        self.isUrgent = false
        guard !self.flush(now, isUrgent: isUrgent), !self.isLate else { return false }
        self.isLate = true
        return true
    }

    func flushLate(_ now: ContinuousClock.Instant) {
        self.isLate = false
        self.flush(now)
    }

    /// Sends what waits. Returns false when it is too early for that.
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

    /// The client took what it was sent.
    func drained() { self.flush(.now) }

    /// Keeps a silent connection known to be alive, and ends one that is dead or of no use.
    func tend(_ now: ContinuousClock.Instant, pingInterval: Duration, lifetime: Duration) {
        if self.session.isOld(now, lifetime: lifetime) { return self.close(.aged()) }
        if self.session.isIdle(now) { return self.close(.idle) }
        let silence = now - self.lastSent
        if self.transport.isChoked {
            if silence > Self.stallLimit { self.close(.slow) }
        } else if self.transport.needsPings, silence >= pingInterval {
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
