internal import Glibc
internal import MaaSCore

/// One request and its response, from the first header to the last byte.
@LoopActor
final class HTTPExchange {
    /// What the connection does next.
    enum Verdict {
        case proceed
        case nextRequest
        case close
    }

    private enum Answer {
        case awaited
        case ready(WebResponse)
        case sending(ResponseBody)
        /// Everything is written, but libwebsockets still buffers some of it.
        case flushing
        /// The response is sent while the client is still sending a body that nobody reads. Closing now would reset the
        /// connection, and the client would lose the response.
        case lingering(since: ContinuousClock.Instant)
        case over
    }

    let request: WebRequest
    private let connection: WebConnection
    private let started = ContinuousClock.now
    private let isHTTP10: Bool
    private var keepsAlive: Bool
    private var receiver: BodyReceiver
    private var awaitsContinue: Bool
    private var answer = Answer.awaited
    private var status = 0
    private var sentCount = 0
    private var task: Task<Void, Never>?
    /// The stream of a response that is written while it is sent.
    private var stream: ResponseStream?
    /// Whether the length of that response is unknown.
    private var isEndless = false
    /// Since when the socket has not been writable; nil while nothing waits to be written.
    private var waitsSince: ContinuousClock.Instant?
    private var hasDroppedInput = false

    init(_ head: RequestHead, on connection: WebConnection) {
        self.connection = connection
        self.receiver = BodyReceiver(head) { connection.server.makeBody($0) }
        self.isHTTP10 = head.isHTTP10
        self.keepsAlive = head.keepsAlive && self.receiver.allowsNextRequest
        self.awaitsContinue = head.expectsContinue
        self.request = Self.makeRequest(head, on: connection, body: self.receiver.body)
    }

    static func makeRequest(_ head: RequestHead, on connection: WebConnection, body: WebRequestBody) -> WebRequest {
        WebRequest(
            method: head.method,
            path: head.path,
            query: head.query,
            headers: WebRequestHeaders(known: head.headers) { [weak connection] in connection?.customHeader($0) },
            remoteAddress: connection.remoteAddress,
            body: body
        )
    }

    /// Whether nothing more is expected from the client.
    var hasWholeRequest: Bool { self.receiver.isDone }

    private var body: WebRequestBody { self.receiver.body }

    // MARK: The request

    func start() {
        self.body.onDemand = { [weak self] in self?.bodyIsWanted() }
        if self.hasWholeRequest { self.connection.pauseReading() }
        self.connection.server.add(self)
        // Deferred: a body that came with the headers follows in the same call of libwebsockets, and then the handler
        // need not wait for it.
        self.task = LoopActor.later { await self.run() }
    }

    private func run() async {
        // The client left before this ran.
        if case .over = self.answer { return self.body.discard() }
        var response: WebResponse
        if let refusal = self.receiver.refusal {
            response = self.connection.server.router.refuse(self.request, with: refusal)
        } else {
            response = await self.connection.server.router.respond(to: self.request)
        }
        self.body.discard()
        // The client left meanwhile.
        guard case .awaited = self.answer else { return }
        response = self.admitted(response)
        let stream = self.prepare(response)
        self.answer = .ready(response)
        self.status = response.status
        self.connection.server.count(self.request, status: response.status, since: self.started)
        self.connection.writeNow()
        if let stream { await self.feed(stream, from: response.body) }
    }

    /// Refuses a large answer while clients hold too many by reading them slowly. Only to GET: what another method has
    /// done is not undone by a refusal.
    private func admitted(_ response: WebResponse) -> WebResponse {
        guard self.request.method == .get, let count = response.body.heldCount else { return response }
        do throws(WebError) {
            try self.body.keepAnswer(count)
            return response
        } catch {
            return self.connection.server.router.refuse(self.request, with: error)
        }
    }

    private func feed(_ stream: ResponseStream, from body: WebResponse.Body) async {
        do {
            switch body {
            case .stream(let write), .sized(_, let write): try await write(stream)
            case .events(let write): try await write(EventStream(stream))
            case .none, .bytes, .file: break
            }
            stream.finish()
        } catch {
            self.request.failure = error
            stream.fail()
        }
    }

    /// The stream for a response that is written while it is sent; nil for others.
    private func prepare(_ response: WebResponse) -> ResponseStream? {
        guard self.request.method != .head else { return nil }
        let interval = self.connection.server.configuration.heartbeatInterval
        switch response.body {
        case .none, .bytes, .file: return nil
        case .sized: self.stream = ResponseStream { [weak self] in self?.awaitWritable() }
        case .stream:
            self.isEndless = true
            self.stream = ResponseStream { [weak self] in self?.awaitWritable() }
        case .events:
            self.isEndless = true
            self.stream = ResponseStream(
                heartbeat: interval,
                onAbort: { [weak self] in self?.connection.abort() },
                onBytes: { [weak self] in self?.awaitWritable() }
            )
        }
        return self.stream
    }

    func receive(_ bytes: UnsafeRawBufferPointer) -> Verdict {
        self.awaitsContinue = false  // A client that has begun does not wait.
        if case .lingering = self.answer { return .proceed }
        if self.receiver.receive(bytes) { return self.bodyDidEnd() }
        // Once there is a response, the rest of the body is not read but dropped.
        if self.body.isFull, case .awaited = self.answer { self.connection.pauseReading() }
        return .proceed
    }

    func bodyDidEnd() -> Verdict {
        if case .lingering = self.answer { return .close }
        guard self.receiver.end() else { return .proceed }
        self.connection.pauseReading()
        self.connection.clearTimeout()
        return .proceed
    }

    private func bodyIsWanted() {
        guard case .awaited = self.answer, !self.body.isComplete else { return }
        if self.awaitsContinue {
            self.awaitWritable()
        } else if !self.body.isFull {
            self.connection.resumeBody()
        }
    }

    /// The client has left: cancels the handler.
    func clientDidLeave() {
        if case .over = self.answer { return }
        if case .awaited = self.answer {
            self.connection.server.count(self.request, status: 499, since: self.started)
        } else {
            // What the handler holds counts until it returns.
            self.body.discard()
        }
        self.answer = .over
        self.body.fail(.badRequest("the client left before its request was complete", code: "client_left"))
        self.stream?.clientDidLeave()
        self.task?.cancel()
        self.connection.server.remove(self)
        self.connection.server.log(self.request, status: 499, bytes: self.sentCount, since: self.started)
    }

    // MARK: The answer

    private func awaitWritable() {
        if self.waitsSince == nil { self.waitsSince = .now }
        self.connection.awaitWritable()
    }

    /// Writes at most one piece, as libwebsockets requires.
    func write() -> Verdict {
        self.waitsSince = nil
        switch self.answer {
        case .awaited:
            return self.writeContinue()
        case .ready(let response):
            return self.begin(response)
        case .sending(let body):
            return self.send(body, after: [])
        case .flushing:
            return self.connection.hasBufferedOutput ? self.continueWriting() : self.conclude()
        case .lingering, .over:
            return .proceed
        }
    }

    private func writeContinue() -> Verdict {
        guard self.awaitsContinue else { return .proceed }
        self.awaitsContinue = false
        let line = "HTTP/1.1 100 Continue\r\n\r\n"
        let isWritten = self.connection.write { room in
            room.copyBytes(from: line.utf8)
            return line.utf8.count
        }
        return isWritten ? .proceed : .close
    }

    private func begin(_ response: WebResponse) -> Verdict {
        if !self.body.isComplete || self.connection.server.isStopping { self.keepsAlive = false }
        if self.connection.hasReadAhead {
            self.keepsAlive = false
            // While reading is paused, libwebsockets would wake the loop in every turn for what it has read.
            self.connection.resumeReading()
        }
        var (head, body) = ResponseBody.make(
            for: response,
            to: self.request,
            stream: self.stream,
            isHTTP10: self.isHTTP10,
            keepsAlive: self.keepsAlive
        )
        self.keepsAlive = head.keepsAlive
        self.status = head.status
        self.connection.releaseHeaders()
        let bytes = head.bytes
        // A head that leaves too little room for the body is sent in parts, before the body.
        if bytes.count > ServerContext.writeLimit / 2 { body.prepend(bytes) }
        return self.send(body, after: bytes.count > ServerContext.writeLimit / 2 ? [] : bytes)
    }

    private func send(_ body: ResponseBody, after head: [UInt8]) -> Verdict {
        var body = body
        var step = ResponseBody.Step.waits
        var count = 0
        let isWritten = self.connection.write { room in
            room.copyBytes(from: head)
            count = head.count
            step = body.fill(UnsafeMutableRawBufferPointer(rebasing: room[count...]), count: &count)
            return count
        }
        self.sentCount += count
        guard isWritten else { return .close }
        self.answer = .sending(body)
        switch step {
        case .more: return self.continueWriting()
        // libwebsockets would not flush the rest of a piece while reading is paused.
        case .waits: return self.connection.hasBufferedOutput ? self.continueWriting() : .proceed
        case .end: return self.finish()
        // A broken connection is the only way to tell the client that the body is incomplete.
        case .failed: return .close
        }
    }

    private func continueWriting() -> Verdict {
        self.awaitWritable()
        return .proceed
    }

    private func finish() -> Verdict {
        self.connection.server.log(self.request, status: self.status, bytes: self.sentCount, since: self.started)
        if self.connection.hasBufferedOutput {
            self.answer = .flushing
            return self.continueWriting()
        }
        return self.conclude()
    }

    /// Ends the exchange, all of whose answer has left libwebsockets: before that, no limit of its own would apply to a
    /// client that does not take it.
    private func conclude() -> Verdict {
        if self.keepsAlive, !self.connection.hasReadAhead, !self.connection.server.isStopping {
            self.end()
            return .nextRequest
        }
        if !self.hasWholeRequest {
            self.answer = .lingering(since: .now)
            self.connection.resumeReading()
            return .proceed
        }
        self.end()
        return .close
    }

    private func end() {
        self.answer = .over
        self.body.discard()
        self.connection.server.remove(self)
    }

    // MARK: Time

    private static let lingerLimit: Duration = .seconds(2)

    /// Called a few times a second, never inside a libwebsockets callback.
    func tick(_ now: ContinuousClock.Instant) {
        if case .lingering(let since) = self.answer, now - since > Self.lingerLimit {
            self.end()
            self.connection.kill()
            return
        }
        if let since = self.waitsSince, now - since > self.connection.server.configuration.stallTimeout {
            self.abort()
            return
        }
        // While the handler applies backpressure, the client's silence is no fault of its own.
        if self.body.isFull {
            self.connection.pauseReading()
            self.connection.clearTimeout()
        }
        self.stream?.beat(now)
    }

    /// What only the kernel knows while nothing is read: whether the client has left, and, while reading is not paused,
    /// whether it sends more, of which libwebsockets would be told in every turn.
    var question: pollfd? {
        guard self.hasWholeRequest || self.body.isFull, let descriptor = self.connection.descriptor else { return nil }
        let wouldBeTold = self.hasWholeRequest && !self.connection.isPaused
        let events = wouldBeTold ? Self.peerHungUp | CShort(POLLIN) : Self.peerHungUp
        return pollfd(fd: descriptor, events: events, revents: 0)
    }

    /// `POLLRDHUP` of `poll(2)`, which glibc declares only with `_GNU_SOURCE`.
    private static let peerHungUp: CShort = 0x2000

    /// Handles the answer to ``question``.
    func heard(_ events: CShort) {
        guard events == CShort(POLLIN), !self.hasDroppedInput else { return self.abort() }
        // A client that pipelines requests repeats them on another connection. One that goes on sending is cut off.
        self.hasDroppedInput = true
        self.keepsAlive = false
        self.connection.dropInput()
    }

    /// Aborts the exchange, as when the client leaves: libwebsockets would first wait for what it buffers to be taken.
    func abort() { self.connection.abort() }

    /// Ends a response that may not end by itself.
    func endStream() {
        if self.isEndless { self.task?.cancel() }
    }

    /// The bytes of a response to a request that never became an exchange.
    static func refusal(_ response: WebResponse, requestID: String, into room: UnsafeMutableRawBufferPointer) -> Int {
        var content: [UInt8] = []
        if case .bytes(let bytes) = response.body { content = bytes }
        var headers = response.headers
        headers["X-Request-ID"] = requestID
        let framing = ResponseHead.Framing.length(content.count)
        let head = ResponseHead(status: response.status, headers: headers, framing: framing, keepsAlive: false)
        let bytes = (head.bytes + content).prefix(room.count)
        room.copyBytes(from: bytes)
        return bytes.count
    }
}

extension WebResponse.Body {
    /// Bytes that it holds in memory while a client takes it slowly; nil for what is small or bounded otherwise.
    fileprivate var heldCount: Int? {
        switch self {
        case .bytes(let bytes): bytes.count
        // The queue, a piece that waits to enter it, and the next one, which is being fetched.
        case .sized(let count, _): min(count, 3 << 19)
        case .stream: ResponseStream.queueLimit
        case .none, .file, .events: nil
        }
    }
}
