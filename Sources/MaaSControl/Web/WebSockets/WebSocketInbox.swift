/// Assembles messages from the pieces in which they arrive.
struct WebSocketInbox {
    enum Result: Equatable {
        case incomplete
        case message(WebSocketMessage)
        case tooLong
    }

    private var bytes: [UInt8] = []
    private let limit: Int

    /// - Parameter limit: the most bytes in a message.
    init(limit: Int) { self.limit = limit }

    mutating func append(_ piece: UnsafeRawBufferPointer, isBinary: Bool, isFinal: Bool) -> Result {
        guard self.bytes.count + piece.count <= self.limit else {
            self.bytes = []
            return .tooLong
        }
        self.bytes += piece
        guard isFinal else { return .incomplete }
        defer { self.bytes = [] }
        return .message(isBinary ? .binary(self.bytes) : .text(String(decoding: self.bytes, as: UTF8.self)))
    }
}
