internal import MaaSCore

/// Who may connect to this replica now: not beyond its limits, not with revoked access, and nobody once it stops.
@LoopActor
final class ConnectionGate {
    private var admission: Admission
    private var revoked: RevokedAccess
    private(set) var isDraining = false
    private var lastTick = ContinuousClock.now
    private var ticker: LoopTimer?

    /// How often the loop's lateness is measured.
    private static let tickInterval: Duration = .milliseconds(100)

    /// - Parameter latenessLimit: the replica is overloaded once its timers are this late.
    init(_ settings: MaaSConfiguration.ProgressRelay, ticketLifetime: Duration, latenessLimit: Duration) {
        self.admission = Admission(
            limit: settings.connectionLimit,
            userLimit: settings.userConnectionLimit,
            rate: settings.connectionRate,
            latenessLimit: latenessLimit,
            now: .now
        )
        self.revoked = RevokedAccess(ticketLifetime: ticketLifetime)
    }

    func start() {
        self.lastTick = .now
        self.ticker = LoopTimer { [weak self] in self?.tick(.now) }
        self.ticker?.start(after: Self.tickInterval, repeating: Self.tickInterval)
    }

    func stop() { self.ticker?.close() }

    /// Throws when the client may not connect now. Call before ``enter(_:)``.
    func check(_ ticket: EventTicket) throws(Admission.Refusal) {
        try self.admission.check(ticket.user, now: .now)
    }

    /// The same check without spending the connection rate: for clients that passed ``check(_:)`` and then had to wait.
    func checkRoom(_ ticket: EventTicket) throws(Admission.Refusal) { try self.admission.checkRoom(ticket.user) }

    /// Whether a client that passed ``check(_:)`` and then had to wait may still connect.
    func isOpen(to ticket: EventTicket) -> Bool {
        !self.isDraining && !self.isRevoked(ticket) && (try? self.checkRoom(ticket)) != nil
    }

    func enter(_ user: String) { self.admission.enter(user) }
    func leave(_ user: String) { self.admission.leave(user) }

    /// Lets nobody in any more.
    func close() { self.isDraining = true }

    // MARK: Revocations

    func note(_ revocation: Revocation) { self.revoked.note(revocation, now: .now()) }

    /// Whether the ticket's access was revoked after the ticket was issued.
    func isRevoked(_ ticket: EventTicket) -> Bool { self.revoked.ends(ticket) }

    func isRevoked(_ ticket: EventTicket, by revocation: Revocation) -> Bool {
        self.revoked.ends(ticket, by: revocation)
    }

    // MARK: Overload

    /// Records the time, and so by how much the loop is late.
    func tick(_ now: ContinuousClock.Instant) {
        self.admission.note(lateness: now - self.lastTick - Self.tickInterval, now: now)
        self.lastTick = now
    }

    /// How many connections to shed now.
    func excess(_ now: ContinuousClock.Instant) -> Int { self.admission.excess(now) }
}
