internal import CWebSockets
internal import Glibc
internal import MaaSCore

/// One TCP connection: requests one after the other, or one WebSocket.
///
/// All libwebsockets calls for a connection are made here. libwebsockets retains this object from its adoption to the
/// end of the connection.
@LoopActor
final class WebConnection {
    private enum Role {
        case idle
        case http(HTTPExchange)
        /// Accepted; libwebsockets is doing the handshake.
        case upgrading(WebSocketConnection)
        case webSocket(WebSocketConnection)
        case closed
    }

    let server: WebServer
    let remoteAddress: String
    private var role = Role.idle
    /// libwebsockets' handle of the connection; nil once it is gone.
    private var wsi: OpaquePointer?

    /// Whether we are inside a libwebsockets callback: some calls must wait until it has returned.
    private var isCalled = false
    private var wantsPause = false
    /// Whether libwebsockets was told not to read.
    private(set) var isPaused = false
    private var isWritableAwaited = false

    init(server: WebServer, remoteAddress: String) {
        self.server = server
        self.remoteAddress = remoteAddress
    }

    // MARK: Callbacks of libwebsockets

    nonisolated static func callback(
        _ wsi: OpaquePointer?,
        _ reason: lws_callback_reasons,
        _ bytes: UnsafeMutableRawPointer?,
        _ count: Int
    ) -> CInt {
        // For other reasons there may be no connection for the handle, or no handle.
        guard let wsi, WebConnection.isOurs(reason), let opaque = lws_get_opaque_user_data(wsi) else { return 0 }
        // libwebsockets calls on the loop's thread, the only one that uses these.
        nonisolated(unsafe) let handle = wsi
        nonisolated(unsafe) let payload = UnsafeRawBufferPointer(start: bytes, count: bytes == nil ? 0 : count)
        let connection = Unmanaged<WebConnection>.fromOpaque(opaque)
        return LoopActor.assumeIsolated {
            if reason == LWS_CALLBACK_WSI_DESTROY {
                lws_set_opaque_user_data(handle, nil)
                connection.takeUnretainedValue().didClose()
                connection.release()
                return 0
            }
            return connection.takeUnretainedValue().enter { $0.handle(handle, reason, payload) }
        }
    }

    private func enter(_ body: (WebConnection) -> CInt) -> CInt {
        let wasCalled = self.isCalled
        self.isCalled = true
        defer { self.isCalled = wasCalled }
        return body(self)
    }

    private nonisolated static func isOurs(_ reason: lws_callback_reasons) -> Bool {
        switch reason {
        case LWS_CALLBACK_SERVER_NEW_CLIENT_INSTANTIATED, LWS_CALLBACK_HTTP, LWS_CALLBACK_HTTP_BODY,
            LWS_CALLBACK_HTTP_BODY_COMPLETION, LWS_CALLBACK_HTTP_WRITEABLE, LWS_CALLBACK_HTTP_CONFIRM_UPGRADE,
            LWS_CALLBACK_ESTABLISHED, LWS_CALLBACK_RECEIVE, LWS_CALLBACK_RECEIVE_PONG, LWS_CALLBACK_SERVER_WRITEABLE,
            LWS_CALLBACK_WS_PEER_INITIATED_CLOSE, LWS_CALLBACK_CLOSED, LWS_CALLBACK_CLOSED_HTTP, LWS_CALLBACK_RAW_RX,
            LWS_CALLBACK_WSI_DESTROY:
            true
        default:
            false
        }
    }

    /// Returns libwebsockets' result code: 0 to continue, -1 to close.
    private func handle(_ wsi: OpaquePointer, _ reason: lws_callback_reasons, _ bytes: UnsafeRawBufferPointer) -> CInt {
        switch reason {
        case LWS_CALLBACK_SERVER_NEW_CLIENT_INSTANTIATED:
            self.wsi = wsi
        case LWS_CALLBACK_HTTP:
            return self.beginRequest(wsi)
        case LWS_CALLBACK_HTTP_BODY:
            if case .http(let exchange) = self.role { return self.carryOut(exchange.receive(bytes)) }
        case LWS_CALLBACK_HTTP_BODY_COMPLETION:
            if case .http(let exchange) = self.role { return self.carryOut(exchange.bodyDidEnd()) }
        case LWS_CALLBACK_HTTP_WRITEABLE:
            return self.becameWritable()
        case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
            return self.confirmUpgrade(wsi)
        case LWS_CALLBACK_ESTABLISHED:
            if case .upgrading(let socket) = self.role {
                self.role = .webSocket(socket)
                self.server.didOpen(socket)
            }
        case LWS_CALLBACK_RECEIVE:
            if case .webSocket(let socket) = self.role { self.receive(bytes, for: socket) }
        case LWS_CALLBACK_RECEIVE_PONG:
            self.webSocket?.wasHeard()
        case LWS_CALLBACK_SERVER_WRITEABLE:
            return self.becameWritableForFrames()
        case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
            if case .webSocket(let socket) = self.role { socket.peerDidClose(bytes) }
        case LWS_CALLBACK_CLOSED, LWS_CALLBACK_CLOSED_HTTP:
            self.didClose()
        case LWS_CALLBACK_RAW_RX:
            return self.refuseUnknownMethod()
        default:
            break
        }
        return 0
    }

    private func didClose() {
        self.wsi = nil
        let role = self.role
        self.role = .closed
        switch role {
        case .http(let exchange): exchange.clientDidLeave()
        case .webSocket(let socket): socket.didClose()
        case .upgrading, .idle: break
        case .closed: return
        }
        self.server.didClose(self)
    }

    // MARK: Requests

    private func beginRequest(_ wsi: OpaquePointer) -> CInt {
        guard case .idle = self.role, let head = RequestHead(wsi) else { return -1 }
        let exchange = HTTPExchange(head, on: self)
        self.role = .http(exchange)
        // The handler's time is not subject to libwebsockets' timeouts; while a body is expected it sets them again.
        if exchange.hasWholeRequest { self.clearTimeout() }
        exchange.start()
        return 0
    }

    /// libwebsockets does not parse a request that begins with no method it knows.
    private func refuseUnknownMethod() -> CInt {
        let request = WebRequest(
            method: HTTPMethod("other"),
            path: "",
            query: WebQuery(),
            headers: WebRequestHeaders(known: HTTPHeaders()),
            remoteAddress: self.remoteAddress,
            body: .empty
        )
        self.refuse(request, WebError.unknownMethod, since: .now)
        return -1
    }

    /// Answers a request that does not become an exchange. The connection must be closed then.
    private func refuse(_ request: WebRequest, _ error: any Error, since started: ContinuousClock.Instant) {
        let response = self.server.router.refuse(request, with: error)
        self.server.count(request, status: response.status, since: started)
        self.server.log(request, status: response.status)
        _ = self.write { HTTPExchange.refusal(response, requestID: request.id, into: $0) }
    }

    private func becameWritable() -> CInt {
        self.isWritableAwaited = false
        guard case .http(let exchange) = self.role else { return 0 }
        let result = self.carryOut(exchange.write())
        self.updateFlow()
        return result
    }

    private func carryOut(_ verdict: HTTPExchange.Verdict) -> CInt {
        switch verdict {
        case .proceed:
            return 0
        case .close:
            return -1
        case .nextRequest:
            guard let wsi = self.wsi else { return -1 }
            self.role = .idle
            self.resumeReading()
            return lws_http_transaction_completed(wsi) == 0 ? 0 : -1
        }
    }

    /// The value of a header unknown to libwebsockets, while it still has the request.
    func customHeader(_ name: String) -> String? {
        self.wsi.flatMap { RequestHead.customHeader(name, of: $0) }
    }

    // MARK: For the exchange

    /// Whether the connection waits for a request.
    var isIdle: Bool {
        if case .idle = self.role { true } else { false }
    }

    var webSocket: WebSocketConnection? {
        if case .webSocket(let socket) = self.role { socket } else { nil }
    }

    /// The socket, only for querying the kernel.
    var descriptor: CInt? { self.wsi.map { lws_get_socket_fd($0) } }

    /// Whether libwebsockets still buffers written bytes.
    var hasBufferedOutput: Bool { self.wsi.map { lws_partial_buffered($0) != 0 } ?? false }

    /// Whether libwebsockets holds bytes it has read but not processed: a pipelined request, of this connection or
    /// another.
    ///
    /// Version 4.1 loops endlessly in a pipelined request with a body. So pipelined requests are not served: the
    /// connection is closed, and the client resends what was not answered (RFC 9112 §9.3.2). That of another connection
    /// costs a client no more than its connection after the answer.
    var hasReadAhead: Bool {
        self.wsi.map { lws_service_adjust_timeout(lws_get_context($0), 1, 0) == 0 } ?? false
    }

    func pauseReading() {
        self.wantsPause = true
        self.updateFlow()
    }

    func resumeReading() {
        self.wantsPause = false
        self.updateFlow()
    }

    /// Reads on in a body after a pause. libwebsockets limits the time for the next bytes only when some arrive.
    func resumeBody() {
        guard self.wantsPause, let wsi = self.wsi else { return }
        self.resumeReading()
        let limit = CInt(clamping: self.server.configuration.stallTimeout.components.seconds)
        lws_set_timeout(wsi, PENDING_TIMEOUT_HTTP_CONTENT, limit)
    }

    /// Requests a callback when the socket is writable.
    func awaitWritable() {
        guard let wsi = self.wsi else { return }
        self.isWritableAwaited = true
        self.updateFlow()
        lws_callback_on_writable(wsi)
    }

    /// Writes at once what the exchange has, and waits for writability only for the rest: most responses fit, and a
    /// turn of the loop for each costs a quarter of the kernel's time for a request.
    func writeNow() {
        guard let wsi = self.wsi else { return }
        self.isWritableAwaited = true
        self.updateFlow()
        // Read-ahead must be processed inside libwebsockets, or it loops endlessly. It reports read-ahead only while
        // reading is not paused.
        if self.isCalled || self.hasBufferedOutput || self.hasReadAhead {
            lws_callback_on_writable(wsi)
        } else if self.becameWritable() != 0 {
            self.kill()
        }
    }

    /// libwebsockets 4.1 does not serve a writable socket whose reading is paused, and then spins. So reading is paused
    /// only while there is nothing to write.
    private func updateFlow() {
        let pauses = self.wantsPause && !self.isWritableAwaited
        guard let wsi = self.wsi, pauses != self.isPaused else { return }
        self.isPaused = pauses
        lws_rx_flow_control(wsi, pauses ? 0 : 1)
    }

    /// Lends a buffer for the next bytes; `fill` returns how many it wrote. Returns false when the connection is lost.
    func write(_ fill: (UnsafeMutableRawBufferPointer) -> Int) -> Bool {
        guard let wsi = self.wsi, let scratch = self.server.scratch else { return false }
        let room = UnsafeMutableRawBufferPointer(rebasing: scratch[Int(lws_pre_bytes)...])
        let count = fill(room)
        // The buffer is never empty, so it has a base address.
        let start = room.baseAddress!.assumingMemoryBound(to: UInt8.self)
        return count == 0 || lws_write(wsi, start, count, LWS_WRITE_HTTP) >= count
    }

    /// Releases the parsed headers: libwebsockets would close a connection that holds them after 6 minutes.
    func releaseHeaders() {
        if let wsi = self.wsi { _ = lws_http_headers_detach(wsi) }
    }

    func clearTimeout() {
        if let wsi = self.wsi { lws_set_timeout(wsi, NO_PENDING_TIMEOUT, 0) }
    }

    /// Drops what the client has sent. No further request can be read then: over TLS, records are missing.
    func dropInput() {
        guard let descriptor = self.descriptor, let scratch = self.server.scratch else { return }
        _ = recv(descriptor, scratch.baseAddress, scratch.count, CInt(MSG_DONTWAIT))
    }

    /// Closes the connection at once. Never call this inside a libwebsockets callback.
    func kill() {
        if let wsi = self.wsi { lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK, CInt(lws_kill_now)) }
    }

    /// Closes the connection to a peer that stopped reading: libwebsockets would wait twenty seconds or more for it to
    /// read what was written before. Never call this inside a libwebsockets callback.
    func abort() {
        if let descriptor = self.descriptor { shutdown(descriptor, CInt(SHUT_RDWR)) }
        self.kill()
    }

    // MARK: WebSocket

    /// Returns 0 for libwebsockets to do the handshake, -1 to close the connection after a response. Left open, it
    /// would be kept alive if an earlier request was, and loop in a pipelined one.
    private func confirmUpgrade(_ wsi: OpaquePointer) -> CInt {
        guard case .idle = self.role, let head = RequestHead(wsi) else { return -1 }
        let started = ContinuousClock.now
        let request = HTTPExchange.makeRequest(head, on: self, body: WebRequestBody.empty)
        do {
            let socket = try WebSocketUpgrade(head, request, router: self.server.router).accept(on: self)
            self.role = .upgrading(socket)
            self.server.count(request, status: 101, since: started)
            return 0
        } catch {
            self.refuse(request, error, since: started)
            return -1
        }
    }

    private func receive(_ bytes: UnsafeRawBufferPointer, for socket: WebSocketConnection) {
        guard let wsi = self.wsi else { return }
        socket.receive(
            bytes,
            isBinary: lws_frame_is_binary(wsi) != 0,
            isFinal: lws_is_final_fragment(wsi) != 0
        )
    }

    /// Writes the next frame at once: most sockets are writable, and a turn of the loop per message costs as much as
    /// the message. What the kernel does not take is buffered in libwebsockets, and then nothing more is written.
    func writeFrameNow() {
        guard let wsi = self.wsi else { return }
        if self.isCalled || self.hasBufferedOutput {
            lws_callback_on_writable(wsi)
        } else if self.writeFrame() != 0 {
            self.kill()
        }
    }

    private func becameWritableForFrames() -> CInt {
        guard let wsi = self.wsi else { return 0 }
        guard lws_send_pipe_choked(wsi) == 0 else {
            lws_callback_on_writable(wsi)
            return 0
        }
        return self.writeFrame()
    }

    /// Writes one frame: libwebsockets allows one per callback.
    private func writeFrame() -> CInt {
        guard let wsi = self.wsi, case .webSocket(let socket) = self.role else { return 0 }
        switch socket.nextWrite(limit: ServerContext.writeLimit) {
        case .frame(let frame):
            guard self.write(frame, to: wsi) else { return -1 }
            if socket.hasWork || self.hasBufferedOutput {
                lws_callback_on_writable(wsi)
            } else {
                socket.didWrite()
            }
            return 0
        case .close(let code, let reason):
            // A close inside this callback would be treated as a failed write, and nothing would be sent.
            LoopActor.later { self.closeWebSocket(code, reason) }
            return 0
        case nil:
            // The last frame has left libwebsockets.
            socket.didWrite()
            return 0
        }
    }

    /// Sends a close frame, waits for the peer's, and closes.
    private func closeWebSocket(_ code: Int, _ reason: String) {
        guard let wsi = self.wsi else { return }
        var text = Array(reason.utf8.prefix(123))  // RFC 6455 §5.5: a control frame has 125 bytes at most.
        lws_close_reason(wsi, lws_close_status(rawValue: UInt32(code)), &text, text.count)
        self.kill()
    }

    private func write(_ frame: WebSocketFrame, to wsi: OpaquePointer) -> Bool {
        guard let scratch = self.server.scratch else { return false }
        let room = UnsafeMutableRawBufferPointer(rebasing: scratch[Int(lws_pre_bytes)...])
        frame.bytes.withUnsafeBytes { room.copyMemory(from: $0) }
        let start = room.baseAddress!.assumingMemoryBound(to: UInt8.self)  // The room is never empty.
        return lws_write(wsi, start, frame.bytes.count, frame.writeProtocol) >= frame.bytes.count
    }
}
