package import MaaSCore

/// The server's side of one WebSocket.
@LoopActor
package final class WebSocketConnection {
    /// The negotiated subprotocol; nil when the client offered none.
    package let subprotocol: String?

    private let connection: WebConnection
    private let handler: any WebSocketHandler
    private var inbox: WebSocketInbox
    private var outbox: WebSocketOutbox
    private var closing: (code: Int, reason: String)?
    /// Rounds of the ``PingSchedule`` since the peer was heard.
    private var silentRounds = 0
    package private(set) var isOpen = false

    init(subprotocol: String?, handler: any WebSocketHandler, connection: WebConnection) {
        let configuration = connection.server.configuration
        self.subprotocol = subprotocol
        self.handler = handler
        self.connection = connection
        self.inbox = WebSocketInbox(limit: configuration.maximumMessageBytes)
        self.outbox = WebSocketOutbox(limit: configuration.maximumQueuedBytes)
    }

    // MARK: Sending

    /// Whether anything is queued. ``WebSocketHandler/drained(_:)`` is called when the queue is empty again.
    package var isChoked: Bool { !self.outbox.isEmpty || self.connection.hasBufferedOutput }

    /// Queues a text message. Returns false, and queues nothing, when the queue is full or the connection is ending.
    @discardableResult
    package func send(text: String) -> Bool { self.send(Array(text.utf8), isBinary: false) }

    /// Queues a text message of UTF-8 bytes, which several connections can share.
    @discardableResult
    package func send(utf8 bytes: [UInt8]) -> Bool { self.send(bytes, isBinary: false) }

    /// Queues a binary message. Returns false, and queues nothing, when the queue is full or the connection is ending.
    @discardableResult
    package func send(binary bytes: [UInt8]) -> Bool { self.send(bytes, isBinary: true) }

    private func send(_ bytes: [UInt8], isBinary: Bool) -> Bool {
        guard self.isOpen, self.outbox.append(bytes, isBinary: isBinary) else { return false }
        self.connection.writeFrameNow()
        return true
    }

    /// Closes the connection once everything queued is written.
    ///
    /// - Parameter code: 1000 to 1011 as defined by RFC 6455 §7.4, or 4000 to 4999.
    package func close(code: Int, reason: String = "") {
        guard self.isOpen else { return }
        self.noteClosing(code, reason)
        self.outbox.append(close: code, reason: reason)
        self.connection.awaitWritable()
    }

    /// Closes the connection to a peer that stopped reading, in the next turn of the loop.
    package func abort() {
        guard self.isOpen else { return }
        self.isOpen = false
        // Deferred: the caller may be inside a libwebsockets callback.
        LoopActor.later { self.connection.abort() }
    }

    // MARK: From the connection

    func didOpen() {
        self.isOpen = true
        self.handler.opened(self)
    }

    func receive(_ bytes: UnsafeRawBufferPointer, isBinary: Bool, isFinal: Bool) {
        guard self.closing == nil else { return }
        self.wasHeard()
        switch self.inbox.append(bytes, isBinary: isBinary, isFinal: isFinal) {
        case .incomplete: break
        case .message(let message): self.handler.received(message, on: self)
        case .tooLong: self.handler.receivedTooMuch(on: self)
        }
    }

    func wasHeard() { self.silentRounds = 0 }

    var hasWork: Bool { !self.outbox.isEmpty }

    func nextWrite(limit: Int) -> WebSocketOutbox.Write? { self.outbox.next(limit: limit) }

    func didWrite() {
        if self.outbox.isEmpty, self.isOpen { self.handler.drained(self) }
    }

    /// The payload of the peer's close frame: a two-byte code, then text.
    func peerDidClose(_ payload: UnsafeRawBufferPointer) {
        guard payload.count >= 2 else { return self.noteClosing(1005, "") }  // RFC 6455 §7.1.5: no code was given.
        self.noteClosing(
            Int(payload[0]) << 8 | Int(payload[1]),
            String(decoding: payload.dropFirst(2), as: UTF8.self)
        )
    }

    private func noteClosing(_ code: Int, _ reason: String) {
        if self.closing == nil { self.closing = (code, reason) }
    }

    /// Pings a silent peer, or gives it up. Returns whether the connection is still open.
    func endRound(of schedule: PingSchedule) -> Bool {
        guard self.isOpen else { return false }
        self.silentRounds += 1
        switch schedule.step(after: self.silentRounds) {
        case .ping where self.closing == nil:
            self.outbox.prependPing()
            self.connection.writeFrameNow()
        case .giveUp: self.abort()
        case .ping, nil: break
        }
        return self.isOpen
    }

    func didClose() {
        self.isOpen = false
        self.handler.closed(self, code: self.closing?.code ?? 1006, reason: self.closing?.reason ?? "")
    }
}
