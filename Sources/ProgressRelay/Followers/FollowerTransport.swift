internal import MaaSCore

/// The way to one client: a WebSocket, or an event stream.
@LoopActor
protocol FollowerTransport: AnyObject {
    /// Whether the last messages are still on their way. ``Follower/drained()`` is called once they are not.
    var isChoked: Bool { get }

    /// Whether the client needs messages to know that the connection lives.
    var needsPings: Bool { get }

    /// Sends messages that belong together. Returns false when the client does not take them.
    func send(_ messages: [ServerMessage]) -> Bool

    func close(_ reason: CloseReason)
}
