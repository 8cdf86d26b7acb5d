internal import MaaSControl
internal import MaaSCore

/// `/v1/events/tickets`: a key becomes a short-lived pass to the relay.
@LoopActor
struct TicketRoutes {
    let authenticator: Authenticator
    let events: MaaSConfiguration.Events

    func add(to router: Router) {
        router.post("/v1/events/tickets") { request in
            let user = try await self.authenticator.user(of: request)
            let expires = Timestamp.now() + self.events.ticketLifetime
            let ticket = EventTicket(user: user, expires: expires).signed(secret: self.events.secret)
            return .json(
                .object([
                    "ticket": .string(ticket),
                    "url": .string(self.events.relayURL),
                    "expires_at": .string("\(expires)"),
                ])
            )
        }
    }
}
