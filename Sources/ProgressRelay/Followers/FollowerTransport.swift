internal import MaaSCore

/// The connection to one client: a WebSocket or an event stream.
@LoopActor
protocol FollowerTransport: AnyObject {
    /// Whether the last messages are still being sent. ``Follower/drained()`` is called when they are out.
    var isChoked: Bool { get }

    /// Whether keep-alive messages must be sent on a quiet connection.
    var needsPings: Bool { get }

    /// Sends messages as one batch. Returns false when the client does not take them.
    func send(_ messages: [ServerMessage]) -> Bool

    func close(_ reason: CloseReason)
}
