/// One whole message from the other side.
package enum WebSocketMessage: Sendable, Hashable {
    case text(String)
    case binary([UInt8])
}
