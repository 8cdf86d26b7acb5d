internal import CCurl
internal import Glibc

/// One request and its response: the target of libcurl's callbacks, and what the caller waits for.
///
/// The callbacks only record data; ``deliver()`` passes it on after libcurl has returned.
@LoopActor
final class HTTPTransfer {
    typealias HeadHandler = @LoopActor (HTTPResponseHead) -> Void
    typealias BytesHandler = @LoopActor ([UInt8]) throws(HTTPClientError) -> Void
    typealias ProgressHandler = @LoopActor (HTTPProgress) -> Void
    typealias Outcome = Result<HTTPResponse, HTTPClientError>

    /// Where the response's body goes.
    enum Destination {
        /// Into the response.
        case response
        /// To the handlers if the status is 2xx, otherwise into the response, so that errors are handled the same
        /// everywhere.
        case handlers(onHead: HeadHandler, onBytes: BytesHandler)
    }

    let handle: CurlEasyHandle
    private let source: HTTPBodySource?
    private let destination: Destination
    private let maximumBody: Int
    private let addresses: AddressPolicy
    private let onSent: ProgressHandler?
    /// Called once when there is something to deliver.
    private let onNote: @LoopActor (HTTPTransfer) -> Void

    private var reader = HTTPResponseHeadReader()
    private var isHeadDelivered = false
    private var received: [UInt8] = []
    private var body: [UInt8] = []
    private var sent: Int64 = 0
    private var reported: Int64 = 0
    private var hasNotes = false
    private var failure: HTTPClientError?
    private var refusedAddress: IPAddress?
    private var continuation: CheckedContinuation<Outcome, Never>?

    init(
        handle: CurlEasyHandle,
        source: HTTPBodySource?,
        destination: Destination,
        maximumBody: Int,
        addresses: AddressPolicy,
        onSent: ProgressHandler?,
        onNote: @escaping @LoopActor (HTTPTransfer) -> Void
    ) {
        self.handle = handle
        self.source = source
        self.destination = destination
        self.maximumBody = maximumBody
        self.addresses = addresses
        self.onSent = onSent
        self.onNote = onNote
        self.setCallbacks()
    }

    /// Stores the caller's continuation.
    func start(_ continuation: CheckedContinuation<Outcome, Never>) {
        self.continuation = continuation
    }

    /// Passes on received data; throws to abort the transfer.
    func deliver() throws(HTTPClientError) {
        self.hasNotes = false
        if let failure = self.failure { throw failure }
        if self.sent != self.reported, let source = self.source {
            self.reported = self.sent
            self.onSent?(HTTPProgress(completed: self.sent, total: source.length))
        }
        guard let head = self.reader.head else { return }
        let bytes = self.received
        self.received = []
        if case .handlers(let onHead, let onBytes) = self.destination, self.goesToHandlers(head) {
            if !self.isHeadDelivered { onHead(head) }
            self.isHeadDelivered = true
            if !bytes.isEmpty { try onBytes(bytes) }
        } else if self.body.count + bytes.count > self.limit(for: head) {
            throw HTTPClientError(.bodyTooLarge, "the answer is longer than \(self.limit(for: head)) bytes")
        } else {
            self.body += bytes
        }
    }

    /// Finishes the transfer with libcurl's result.
    func finish(_ result: CURLcode) {
        guard result == CURLE_OK else {
            return self.finish(.failure(self.failure ?? self.error(result)))
        }
        guard let head = self.reader.head else {
            return self.finish(.failure(HTTPClientError(.invalidResponse, "the answer has no status")))
        }
        self.finish(.success(HTTPResponse(status: head.status, headers: head.headers, body: self.body)))
    }

    /// Finishes the transfer; later calls have no effect.
    func finish(_ outcome: Outcome) {
        self.continuation.take()?.resume(returning: outcome)
    }

    private func goesToHandlers(_ head: HTTPResponseHead) -> Bool {
        if case .handlers = self.destination { head.isSuccess } else { false }
    }

    /// The caller's limit applies to the expected content; an error response has its own minimum.
    private func limit(for head: HTTPResponseHead) -> Int {
        head.isSuccess ? self.maximumBody : max(self.maximumBody, 1 << 20)
    }

    /// One of several addresses may have been rejected and the transfer failed for another reason.
    private func error(_ result: CURLcode) -> HTTPClientError {
        if let address = self.refusedAddress, result == CURLE_COULDNT_CONNECT {
            return HTTPClientError(.forbiddenAddress, "no connection may go to \(address)")
        }
        return HTTPClientError(result, self.handle.explanation(of: result))
    }

    private func note() {
        if self.hasNotes { return }
        self.hasNotes = true
        self.onNote(self)
    }

    // MARK: Callbacks of libcurl

    private func setCallbacks() {
        // Unretained: the client retains the transfer until its handle is removed from libcurl.
        let context = Unmanaged.passUnretained(self).toOpaque()
        self.handle.set(
            CURLOPT_HEADERFUNCTION,
            { bytes, size, count, context in
                let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
                return LoopActor.assumeIsolated { HTTPTransfer.from(context).receiveHeader(line) } ? line.count : 0
            },
            contextOption: CURLOPT_HEADERDATA,
            context: context
        )
        self.handle.set(
            CURLOPT_WRITEFUNCTION,
            { bytes, size, count, context in
                let chunk = UnsafeRawBufferPointer(start: bytes, count: size * count)
                return LoopActor.assumeIsolated { HTTPTransfer.from(context).receiveBody(chunk) } ? chunk.count : 0
            },
            contextOption: CURLOPT_WRITEDATA,
            context: context
        )
        self.handle.setOpenSocket(
            { context, _, address in
                guard let address else { return CURL_SOCKET_BAD }
                return LoopActor.assumeIsolated {
                    HTTPTransfer.from(context).openSocket(address.pointee, curl_sockaddr_address(address))
                }
            },
            context: context
        )
        guard self.source != nil else { return }
        self.handle.set(
            CURLOPT_READFUNCTION,
            { bytes, size, count, context in
                let buffer = UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
                return LoopActor.assumeIsolated { HTTPTransfer.from(context).sendBody(into: buffer) }
            },
            contextOption: CURLOPT_READDATA,
            context: context
        )
        self.handle.setSeek(
            { context, offset, origin in
                LoopActor.assumeIsolated { HTTPTransfer.from(context).seek(Int64(offset), origin) }
            },
            context: context
        )
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> HTTPTransfer {
        // Set above, never null.
        Unmanaged<HTTPTransfer>.fromOpaque(context!).takeUnretainedValue()
    }

    /// Called with each resolved address before connecting, so that no host name can bypass the policy. libcurl itself
    /// would let child processes inherit the socket.
    private func openSocket(_ socket: curl_sockaddr, _ address: UnsafeRawPointer?) -> curl_socket_t {
        guard let address = address.flatMap(IPAddress.init(socketAddress:)) else { return CURL_SOCKET_BAD }
        guard self.addresses.admits(address) else {
            self.refusedAddress = address
            return CURL_SOCKET_BAD
        }
        return Glibc.socket(socket.family, socket.socktype | Int32(SOCK_CLOEXEC.rawValue), socket.protocol)
    }

    /// Returns whether to continue: libcurl aborts when fewer bytes are taken than it passed.
    private func receiveHeader(_ line: UnsafeRawBufferPointer) -> Bool {
        self.reader.read(line)
        if self.reader.isTooLong {
            self.failure = HTTPClientError(
                .invalidResponse,
                "the answer has more than \(HTTPResponseHeadReader.limit) bytes of headers"
            )
            return false
        }
        if self.reader.head != nil { self.note() }
        return true
    }

    /// Returns whether to continue. The limit is checked here, because a compressed body may expand a thousandfold
    /// before libcurl returns.
    private func receiveBody(_ chunk: UnsafeRawBufferPointer) -> Bool {
        self.received += chunk
        self.note()
        guard let head = self.reader.head, !self.goesToHandlers(head) else { return true }
        return self.body.count + self.received.count <= self.limit(for: head)
    }

    private func sendBody(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        do throws(HTTPClientError) {
            let count = try self.source?.read(at: self.sent, into: buffer) ?? 0
            self.sent += Int64(count)
            if self.onSent != nil { self.note() }
            return count
        } catch {
            self.failure = error
            return Int(CURL_READFUNC_ABORT)
        }
    }

    private func seek(_ offset: Int64, _ origin: CInt) -> CInt {
        guard origin == 0 /* SEEK_SET, the only one libcurl uses */ else { return CURL_SEEKFUNC_CANTSEEK }
        self.sent = offset
        return CURL_SEEKFUNC_OK
    }
}
