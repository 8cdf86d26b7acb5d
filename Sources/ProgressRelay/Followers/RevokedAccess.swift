internal import MaaSCore

/// The recent revocations: a ticket can outlive the key that it was made with, and must not admit anybody then.
struct RevokedAccess {
    /// How far the clock that dated a ticket may be ahead of the one that dated a revocation. Closing one connection
    /// too many costs its client only a new ticket.
    private static let leeway = Duration.seconds(5)
    /// How much longer than a ticket a revocation is kept: gateways may issue tickets for a key some time after it was
    /// revoked, because they cache keys, and a revocation may be read late.
    private static let margin = Duration.seconds(60)

    private let ticketLifetime: Duration
    private var recent: [Revocation] = []

    /// - Parameter ticketLifetime: how long a ticket can be used to connect.
    init(ticketLifetime: Duration) { self.ticketLifetime = ticketLifetime }

    mutating func note(_ revocation: Revocation, now: Timestamp) {
        let oldest = now - (self.ticketLifetime + Self.margin)
        self.recent.removeAll { $0.time < oldest }
        self.recent.append(revocation)
    }

    /// Whether any recent revocation ends the access that `ticket` was made from.
    func ends(_ ticket: EventTicket) -> Bool { self.recent.contains { self.ends(ticket, by: $0) } }

    /// Whether this revocation does. It may be read late, so a user's later tickets are not affected; a revoked key
    /// never comes back.
    func ends(_ ticket: EventTicket, by revocation: Revocation) -> Bool {
        guard ticket.isEnded(by: revocation) else { return false }
        let made = ticket.expires - (self.ticketLifetime + Self.leeway)
        return revocation.key != nil || made <= revocation.time
    }
}
