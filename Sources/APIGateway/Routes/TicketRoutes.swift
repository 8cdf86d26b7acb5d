internal import MaaSControl
internal import MaaSCore

/// `/v1/events/tickets`: exchanges a key for a short-lived ticket for the relay.
@LoopActor
struct TicketRoutes {
    let authenticator: Authenticator
    let events: MaaSConfiguration.Events

    func add(to router: Router) {
        router.post("/v1/events/tickets") { request in
            let caller = try await self.authenticator.caller(of: request, with: .read)
            let expires = Timestamp.now() + self.events.ticketLifetime
            let ticket = EventTicket(user: caller.user, key: caller.key, expires: expires)
            return .json(
                .object([
                    "ticket": .string(ticket.signed(secret: self.events.secrets)),
                    "url": .string(self.events.relayURL),
                    "expires_at": .string("\(expires)"),
                ])
            )
        }
    }
}
