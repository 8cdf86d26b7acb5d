internal import MaaSControl
internal import MaaSCore

/// A follower on a WebSocket: the messages of one flush go as one JSON array.
@LoopActor
final class WebSocketTransport: WebSocketHandler, FollowerTransport {
    private let hub: FeedHub
    private let user: String
    private var connection: WebSocketConnection?
    private var follower: Follower?

    init(hub: FeedHub, user: String) {
        self.hub = hub
        self.user = user
    }

    // MARK: From the web server

    func opened(_ connection: WebSocketConnection) {
        self.connection = connection
        let follower = Follower(
            FollowerSession(
                user: self.user,
                subscriptionLimit: self.hub.limits.subscriptionLimit,
                queueLimit: self.hub.limits.queueLimit,
                now: .now
            ),
            transport: self
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
        // One that takes nothing would not take the close either.
        if reason == .slow, self.isChoked {
            self.connection?.abort()
        } else {
            self.connection?.close(code: reason.code, reason: reason.text)
        }
    }
}
