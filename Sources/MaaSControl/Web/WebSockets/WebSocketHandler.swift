package import MaaSCore

/// What is done with one WebSocket. All is called on the loop, in order, and must not block.
@LoopActor
package protocol WebSocketHandler: AnyObject {
    /// The handshake is done; the connection takes frames.
    func opened(_ connection: WebSocketConnection)

    func received(_ message: WebSocketMessage, on connection: WebSocketConnection)

    /// A message came that is longer than any may be, and was dropped.
    func receivedTooMuch(on connection: WebSocketConnection)

    /// The queue has become empty: there is room again.
    func drained(_ connection: WebSocketConnection)

    /// It is over. `code` is what the peer said, or what we said; 1006 when the connection broke without a word.
    func closed(_ connection: WebSocketConnection, code: Int, reason: String)
}

extension WebSocketHandler {
    package func opened(_ connection: WebSocketConnection) {}
    /// Ends the connection (RFC 6455 §7.4.1).
    package func receivedTooMuch(on connection: WebSocketConnection) {
        connection.close(code: 1009, reason: "message too big")
    }
    package func drained(_ connection: WebSocketConnection) {}
    package func closed(_ connection: WebSocketConnection, code: Int, reason: String) {}
}
