/// An outgoing frame: a message, a piece of a long one, or a ping.
struct WebSocketFrame: Equatable {
    enum Kind {
        case text
        case binary
        case continuation
        case ping
    }

    let kind: Kind
    let bytes: ArraySlice<UInt8>
    let isFinal: Bool

    /// With a payload: libwebsockets does not report a pong without one.
    static let ping = WebSocketFrame(kind: .ping, bytes: [0], isFinal: true)
}
