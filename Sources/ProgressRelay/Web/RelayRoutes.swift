internal import MaaSControl
internal import MaaSCore

/// The relay's only path, for WebSockets and event streams, and its health checks.
@LoopActor
struct RelayRoutes {
    static let path = "/v1/ws"
    static let subprotocol = "progress.v1"

    let hub: FeedHub
    /// Signs each ``EventTicket``.
    let secret: EventSecrets
    let health: Health
    var closingGrace: Duration = .seconds(5)

    func router() -> Router {
        let router = Router()
        router.webSocket(Self.path, subprotocols: [Self.subprotocol]) { request in
            WebSocketTransport(hub: self.hub, ticket: try self.admit(request), closingGrace: self.closingGrace)
        }
        router.get(Self.path) { try await self.eventStream($0) }
        router.answerHealth(self.health)
        return router
    }

    private func eventStream(_ request: WebRequest) async throws -> WebResponse {
        guard request.headers["accept"]?.contains("text/event-stream") == true else {
            throw WebError(
                status: 426,
                code: "upgrade_required",
                message: "connect by WebSocket, or ask for text/event-stream",
                headers: ["Upgrade": "websocket"]
            )
        }
        let ticket = try self.admit(request)
        let names = request.query.values(of: "task")
        guard (1...self.hub.settings.subscriptionLimit).contains(names.count) else {
            throw WebError.badRequest("name 1 to \(self.hub.settings.subscriptionLimit) tasks: ?task=ID&task=ID")
        }
        var tasks: [TaskID] = []
        for name in names {
            guard let task = TaskID(name), try await self.hub.owns(ticket.user, task) else { throw WebError.notFound() }
            if !tasks.contains(task) { tasks.append(task) }
        }
        // Check again after the row look-ups: the replica may have filled up, or the key may have been revoked.
        try self.refusable {
            _ = try self.verified(request)
            do throws(Admission.Refusal) { try self.hub.gate.checkRoom(ticket) } catch { throw Self.error(for: error) }
        }
        // A new `EventSource` has a new ticket, and cannot set the header.
        let last = request.headers["last-event-id"] ?? request.query["last_event_id"]
        let mark = last.flatMap { EventStreamMark($0, of: tasks) }
        return .events { [tasks] stream in
            await EventStreamTransport(hub: self.hub, closingGrace: self.closingGrace)
                .run(stream, ticket: ticket, tasks: tasks, from: mark)
        }
    }

    /// Verifies the ticket and admits its connection. Refusals are plain HTTP, which is cheapest.
    private func admit(_ request: WebRequest) throws -> EventTicket {
        try self.refusable {
            let ticket = try self.verified(request)
            do throws(Admission.Refusal) { try self.hub.gate.check(ticket) } catch { throw Self.error(for: error) }
            return ticket
        }
    }

    /// Counts the refusal, if there is one.
    private func refusable<Answer>(_ body: () throws -> Answer) throws -> Answer {
        do {
            return try body()
        } catch let error as WebError {
            self.hub.metrics.count(refusal: error.code)
            throw error
        }
    }

    private static func error(for refusal: Admission.Refusal) -> WebError {
        switch refusal {
        case .userIsFull:
            return WebError(
                status: 429,
                code: "too_many_connections",
                message: "you have reached the limit of connections per user: close one",
                headers: ["Retry-After": "\(Self.retryDelay)"]
            )
        case .replicaIsFull: return Self.unavailable("this replica has no room")
        case .tooFast: return Self.unavailable("too many connect at once")
        case .overloaded: return Self.unavailable("this replica is overloaded")
        }
    }

    private static func unavailable(_ message: String) -> WebError {
        .unavailable(message, retryAfter: .seconds(Self.retryDelay))
    }

    /// In seconds. Random, so that refused clients do not all return at once.
    private static var retryDelay: Int { .random(in: 1...10) }

    private func verified(_ request: WebRequest) throws -> EventTicket {
        if self.hub.gate.isDraining { throw Self.unavailable("this replica is shutting down") }
        guard self.hub.settings.allowedOrigins.admit(request.headers["origin"]) else {
            throw WebError(
                status: 403,
                code: "origin_not_allowed",
                message: "pages of this origin may not connect: see progress_relay.allowed_origins"
            )
        }
        guard let text = Self.ticket(of: request),
            let ticket = EventTicket(verifying: text, secret: self.secret, now: .now()),
            !self.hub.gate.isRevoked(ticket)
        else {
            throw WebError(
                status: 401,
                code: "invalid_ticket",
                message: "no valid ticket: get one by POST /v1/events/tickets",
                headers: ["WWW-Authenticate": "Bearer"]
            )
        }
        return ticket
    }

    /// Browsers can set only the subprotocols of a WebSocket, and no header of an event stream.
    private static func ticket(of request: WebRequest) -> String? {
        if let bearer = request.headers["authorization"], bearer.lowercased().hasPrefix("bearer ") {
            return String(bearer.dropFirst("bearer ".count))
        }
        let offers = request.headers["sec-websocket-protocol"]?.split(separator: ",") ?? []
        for offer in offers.map({ $0.filter { $0 != " " } }) where offer.hasPrefix("ticket.") {
            return String(offer.dropFirst("ticket.".count))
        }
        return request.query["ticket"]
    }
}
