internal import MaaSCore

/// Decides whether a request becomes a WebSocket.
///
/// libwebsockets does the handshake by itself and drops an invalid one without a response, so everything is checked
/// before.
@LoopActor
struct WebSocketUpgrade {
    private let head: RequestHead
    private let request: WebRequest
    private let router: Router

    /// libwebsockets 4.1 copies the offered subprotocols into a buffer of this size.
    private static let offerLimit = 126
    /// And copies each examined name into one of this size.
    private static let nameLimit = 63

    init(_ head: RequestHead, _ request: WebRequest, router: Router) {
        self.head = head
        self.request = request
        self.router = router
    }

    func accept(on connection: WebConnection) throws -> WebSocketConnection {
        if self.head.isCut { throw WebError.cutPath }
        guard self.head.headers["upgrade"]?.lowercased() == "websocket" else {
            throw WebError.badRequest("the only upgrade here is to websocket; use HTTP/1.1 without one")
        }
        guard let (route, parameters) = self.router.webSocketRoute(self.request.path) else { throw WebError.notFound() }
        guard self.request.method == .get else { throw WebError.methodNotAllowed([.get]) }
        try self.checkHandshake()
        let subprotocol = try self.subprotocol(for: route)
        self.request.parameters = parameters
        self.request.route = route.pattern.text
        let handler = try route.makeHandler(self.request)
        return WebSocketConnection(
            subprotocol: subprotocol,
            handler: handler,
            connection: connection
        )
    }

    private func checkHandshake() throws {
        guard self.head.headers["connection"]?.lowercased().contains("upgrade") == true,
            self.head.headers["host"] != nil,
            let key = self.head.headers["sec-websocket-key"], (1..<128).contains(key.utf8.count)
        else {
            throw WebError.badRequest("a WebSocket needs Host, Connection: Upgrade and Sec-WebSocket-Key")
        }
        guard self.head.headers["sec-websocket-version"] == "13" else {
            throw WebError(
                status: 426,
                code: "upgrade_required",
                message: "Sec-WebSocket-Version must be 13",
                headers: ["Sec-WebSocket-Version": "13", "Upgrade": "websocket"]
            )
        }
    }

    /// The first offered subprotocol that any route supports, because libwebsockets will select that one.
    private func subprotocol(for route: Router.WebSocketRoute) throws -> String? {
        let offer = self.head.headers["sec-websocket-protocol"] ?? ""
        guard offer.utf8.count <= Self.offerLimit else {
            throw WebError(
                status: 431,
                code: "header_too_large",
                message: "Sec-WebSocket-Protocol may have \(Self.offerLimit) bytes"
            )
        }
        let names = offer.split(separator: ",").map { $0.filter { $0 != " " } }
        let known = Set(self.router.webSocketRoutes.flatMap(\.subprotocols))
        guard let index = names.firstIndex(where: known.contains) else {
            if names.isEmpty, route.subprotocols.isEmpty { return nil }
            throw WebError.badRequest("a WebSocket here must offer \(route.subprotocols.joined(separator: " or "))")
        }
        guard route.subprotocols.contains(names[index]), names[..<index].allSatisfy({ $0.utf8.count <= Self.nameLimit })
        else {
            throw WebError.badRequest("offer \(route.subprotocols.joined(separator: " or ")) first")
        }
        return names[index]
    }
}
