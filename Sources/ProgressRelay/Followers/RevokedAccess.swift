internal import MaaSCore

/// The revocations of late: a ticket lives longer than the key that it was made with, and must not let anybody in.
struct RevokedAccess {
    /// How far the clock that a ticket was made by may be ahead of the one that a revocation was made by. To end a
    /// connection too many costs its client a new ticket.
    private static let leeway = Duration.seconds(5)

    private let ticketLifetime: Duration
    private var recent: [Revocation] = []

    /// - Parameter ticketLifetime: how long a ticket can be used to connect.
    init(ticketLifetime: Duration) { self.ticketLifetime = ticketLifetime }

    mutating func note(_ revocation: Revocation, now: Timestamp) {
        let oldest = now.milliseconds - Int64(self.ticketLifetime.wholeMilliseconds)
        self.recent.removeAll { $0.time.milliseconds < oldest }
        self.recent.append(revocation)
    }

    /// Whether the access that `ticket` was made from has ended since.
    func ends(_ ticket: EventTicket) -> Bool { self.recent.contains { self.ends(ticket, by: $0) } }

    /// The same of one revocation, which may be read late: what a user was given afterwards is not meant. A key that was
    /// revoked never comes back.
    func ends(_ ticket: EventTicket, by revocation: Revocation) -> Bool {
        guard ticket.isEnded(by: revocation) else { return false }
        let made = ticket.expires.milliseconds - Int64((self.ticketLifetime + Self.leeway).wholeMilliseconds)
        return revocation.key != nil || made <= revocation.time.milliseconds
    }
}
