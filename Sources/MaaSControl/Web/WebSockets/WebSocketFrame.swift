/// An outgoing frame: a message, or a piece of a long one.
struct WebSocketFrame: Equatable {
    let bytes: ArraySlice<UInt8>
    let isBinary: Bool
    let isContinuation: Bool
    let isFinal: Bool
}
