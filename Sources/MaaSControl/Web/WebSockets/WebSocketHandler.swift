package import MaaSCore

/// The handler of one WebSocket. Its methods are called on the loop, in order, and must not block.
@LoopActor
package protocol WebSocketHandler: AnyObject {
    /// Called after the handshake; messages can be sent.
    func opened(_ connection: WebSocketConnection)

    func received(_ message: WebSocketMessage, on connection: WebSocketConnection)

    /// Called when a message exceeded the size limit and was dropped.
    func receivedTooMuch(on connection: WebSocketConnection)

    /// Called when the queue has become empty.
    func drained(_ connection: WebSocketConnection)

    /// Called when the connection is closed. `code` is the peer's or our own; 1006 when the connection broke without a
    /// close frame.
    func closed(_ connection: WebSocketConnection, code: Int, reason: String)
}

extension WebSocketHandler {
    package func opened(_ connection: WebSocketConnection) {}
    /// Closes the connection (RFC 6455 §7.4.1).
    package func receivedTooMuch(on connection: WebSocketConnection) {
        connection.close(code: 1009, reason: "message too big")
    }
    package func drained(_ connection: WebSocketConnection) {}
    package func closed(_ connection: WebSocketConnection, code: Int, reason: String) {}
}
