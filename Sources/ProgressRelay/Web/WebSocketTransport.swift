internal import MaaSControl
internal import MaaSCore

/// The transport of a client on a WebSocket: the messages of one flush are one JSON array.
@LoopActor
final class WebSocketTransport: WebSocketHandler, FollowerTransport {
    private let hub: FeedHub
    private let ticket: EventTicket
    private var connection: WebSocketConnection?
    private var follower: Follower?

    private let closingGrace: Duration

    /// - Parameter closingGrace: how long a client has to take what is queued and the close frame, and to answer that.
    init(hub: FeedHub, ticket: EventTicket, closingGrace: Duration) {
        self.hub = hub
        self.ticket = ticket
        self.closingGrace = closingGrace
    }

    // MARK: From the web server

    func opened(_ connection: WebSocketConnection) {
        self.connection = connection
        let follower = Follower(
            FollowerSession(
                ticket: self.ticket,
                subscriptionLimit: self.hub.settings.subscriptionLimit,
                queueLimit: self.hub.settings.queueLimit,
                now: .now
            ),
            transport: self,
            metrics: self.hub.metrics
        )
        self.follower = follower
        self.hub.add(follower)
        follower.flush(.now)
    }

    func received(_ message: WebSocketMessage, on connection: WebSocketConnection) {
        guard let follower = self.follower, !follower.isClosed else { return }
        switch message {
        case .text(let text): self.hub.receive(text, from: follower)
        case .binary: follower.close(.badRequest)
        }
    }

    func receivedTooMuch(on connection: WebSocketConnection) { self.follower?.close(.badRequest) }

    func drained(_ connection: WebSocketConnection) { self.follower?.drained() }

    func closed(_ connection: WebSocketConnection, code: Int, reason: String) {
        if let follower = self.follower { self.hub.remove(follower) }
        // Breaks the reference cycle between the connection, the follower and this object.
        self.follower = nil
        self.connection = nil
    }

    // MARK: FollowerTransport

    var isChoked: Bool { self.connection?.isChoked ?? true }
    var needsPings: Bool { true }

    func send(_ messages: [ServerMessage]) -> Bool {
        guard let connection = self.connection else { return false }
        var frame: [UInt8] = []
        frame.reserveCapacity(messages.reduce(1) { $0 + $1.bytes.count + 1 })
        for message in messages {
            frame.append(UInt8(ascii: frame.isEmpty ? "[" : ","))
            frame += message.bytes
        }
        frame.append(UInt8(ascii: "]"))
        return connection.send(utf8: frame)
    }

    func close(_ reason: CloseReason) {
        guard let connection = self.connection else { return }
        connection.close(code: reason.code, reason: reason.text)
        // A stalled client would not take the close frame either, and one that does not answer it would stay connected.
        LoopActor.immediate { [closingGrace] in
            try? await LoopClock().sleep(for: closingGrace)
            connection.abort()
        }
    }
}
