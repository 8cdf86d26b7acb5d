internal import MaaSCore

/// The frames that wait for one slow socket: bounded, in order, and the close behind them.
struct WebSocketOutbox {
    enum Write: Equatable {
        case frame(WebSocketFrame)
        case close(code: Int, reason: String)
    }

    private struct Message {
        let bytes: [UInt8]
        let isBinary: Bool
    }

    private var messages = FIFO<Message>()
    private var offset = 0
    private var close: (code: Int, reason: String)?
    private(set) var queuedCount = 0
    private let limit: Int

    /// - Parameter limit: bytes that may wait.
    init(limit: Int) { self.limit = limit }

    var isEmpty: Bool { self.messages.isEmpty && self.close == nil }

    /// Returns false, and takes nothing, when there is no room or the end has been said.
    mutating func append(_ bytes: [UInt8], isBinary: Bool) -> Bool {
        guard self.close == nil, self.queuedCount + bytes.count <= self.limit else { return false }
        self.queuedCount += bytes.count
        self.messages.append(Message(bytes: bytes, isBinary: isBinary))
        return true
    }

    /// Puts the end behind what waits. Only the first one counts.
    mutating func append(close code: Int, reason: String) {
        if self.close == nil { self.close = (code, reason) }
    }

    /// The next thing to write; a message longer than `limit` comes in several frames.
    mutating func next(limit: Int) -> Write? {
        guard let message = self.messages.first else {
            return self.close.map { .close(code: $0.code, reason: $0.reason) }
        }
        let piece = message.bytes[self.offset...].prefix(limit)
        let isFinal = piece.endIndex == message.bytes.endIndex
        let frame = WebSocketFrame(
            bytes: piece,
            isBinary: message.isBinary,
            isContinuation: self.offset > 0,
            isFinal: isFinal
        )
        self.queuedCount -= piece.count
        self.offset += piece.count
        if isFinal {
            _ = self.messages.popFirst()
            self.offset = 0
        }
        return .frame(frame)
    }
}
