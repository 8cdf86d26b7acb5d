internal import MaaSControl
internal import MaaSCore

/// The relay's one address, for WebSockets and for event streams, and its health.
@LoopActor
struct RelayRoutes {
    static let path = "/v1/ws"
    static let subprotocol = "progress.v1"

    let hub: FeedHub
    /// The secret of ``EventTicket``.
    let secret: String
    let health: Health

    func router() -> Router {
        let router = Router()
        router.webSocket(Self.path, subprotocols: [Self.subprotocol]) { request in
            WebSocketTransport(hub: self.hub, user: try self.user(of: request))
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
        let user = try self.user(of: request)
        let names = request.query.values(of: "task")
        guard (1...self.hub.limits.subscriptionLimit).contains(names.count) else {
            throw WebError.badRequest("name 1 to \(self.hub.limits.subscriptionLimit) tasks: ?task=ID&task=ID")
        }
        var tasks: [TaskID] = []
        for name in names {
            guard let task = TaskID(name), try await self.hub.owns(user, task) else { throw WebError.notFound() }
            if !tasks.contains(task) { tasks.append(task) }
        }
        let mark = request.headers["last-event-id"].flatMap(EventStreamMark.init)
        return .events { [tasks] stream in
            await EventStreamTransport(hub: self.hub).run(stream, user: user, tasks: tasks, from: mark)
        }
    }

    private func user(of request: WebRequest) throws -> String {
        if self.hub.isDraining { throw WebError.unavailable("this replica is going away") }
        guard let text = Self.ticket(of: request),
            let ticket = EventTicket(verifying: text, secret: self.secret, now: .now())
        else {
            throw WebError(
                status: 401,
                code: "invalid_ticket",
                message: "no valid ticket: get one by POST /v1/events/tickets",
                headers: ["WWW-Authenticate": "Bearer"]
            )
        }
        return ticket.user
    }

    /// Browsers can set no header of a WebSocket but its subprotocols, and none at all of an event stream.
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
