internal import MaaSCore

/// The bounded queue of frames for one socket, followed by the close frame. A ping overtakes them.
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
    private var isPingDue = false
    private var close: (code: Int, reason: String)?
    private(set) var queuedCount = 0
    private let limit: Int

    /// - Parameter limit: the most bytes queued.
    init(limit: Int) { self.limit = limit }

    var isEmpty: Bool { self.messages.isEmpty && self.close == nil && !self.isPingDue }

    /// Returns false, and queues nothing, when the queue is full or a close is queued.
    mutating func append(_ bytes: [UInt8], isBinary: Bool) -> Bool {
        guard self.close == nil, self.queuedCount + bytes.count <= self.limit else { return false }
        self.queuedCount += bytes.count
        self.messages.append(Message(bytes: bytes, isBinary: isBinary))
        return true
    }

    /// Queues the close after everything else. Only the first one counts.
    mutating func append(close code: Int, reason: String) {
        if self.close == nil { self.close = (code, reason) }
    }

    /// Puts a ping before everything else, also between the frames of one message (RFC 6455 §5.4).
    mutating func prependPing() { self.isPingDue = true }

    /// The next frame to write; a message longer than `limit` is split into several frames.
    mutating func next(limit: Int) -> Write? {
        if self.isPingDue {
            self.isPingDue = false
            return .frame(.ping)
        }
        guard let message = self.messages.first else {
            return self.close.map { .close(code: $0.code, reason: $0.reason) }
        }
        let piece = message.bytes[self.offset...].prefix(limit)
        let isFinal = piece.endIndex == message.bytes.endIndex
        let frame = WebSocketFrame(
            kind: self.offset > 0 ? .continuation : message.isBinary ? .binary : .text,
            bytes: piece,
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
