internal import MaaSControl
internal import MaaSCore

/// A follower on a WebSocket: the messages of one flush go as one JSON array.
@LoopActor
final class WebSocketTransport: WebSocketHandler, FollowerTransport {
    private let hub: FeedHub
    private let ticket: EventTicket
    private var connection: WebSocketConnection?
    private var follower: Follower?

    /// How long one that is too slow has to take the close behind what waits.
    private static let closingGrace: Duration = .seconds(5)

    init(hub: FeedHub, ticket: EventTicket) {
        self.hub = hub
        self.ticket = ticket
    }

    // MARK: From the web server

    func opened(_ connection: WebSocketConnection) {
        self.connection = connection
        let follower = Follower(
            FollowerSession(
                ticket: self.ticket,
                subscriptionLimit: self.hub.limits.subscriptionLimit,
                queueLimit: self.hub.limits.queueLimit,
                now: .now
            ),
            transport: self,
            metrics: self.hub.metrics
        )
        self.follower = follower
        self.hub.add(follower)
    }

    func received(_ message: WebSocketMessage, on connection: WebSocketConnection) {
        guard let follower = self.follower, !follower.isClosed else { return }
        switch message {
        case .text(let text): self.hub.receive(text, from: follower)
        case .binary: follower.close(.badRequest)
        }
    }

    func drained(_ connection: WebSocketConnection) { self.follower?.drained() }

    func closed(_ connection: WebSocketConnection, code: Int, reason: String) {
        if let follower = self.follower { self.hub.remove(follower) }
        // The connection, the follower and this hold each other until here.
        self.follower = nil
        self.connection = nil
    }

    // MARK: FollowerTransport

    var isChoked: Bool { self.connection?.isChoked ?? true }
    var needsPings: Bool { true }

    func send(_ messages: [ServerMessage]) -> Bool {
        self.connection?.send(text: "[" + messages.map(\.text).joined(separator: ",") + "]") ?? false
    }

    func close(_ reason: CloseReason) {
        guard let connection = self.connection else { return }
        connection.close(code: reason.code, reason: reason.text)
        guard reason == .slow || reason == .revoked else { return }
        // One that takes nothing would not take the close either.
        LoopActor.immediate {
            try? await LoopClock().sleep(for: Self.closingGrace)
            connection.abort()
        }
    }
}
