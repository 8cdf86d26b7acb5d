/// A complete message from the peer.
package enum WebSocketMessage: Sendable, Hashable {
    case text(String)
    case binary([UInt8])
}
