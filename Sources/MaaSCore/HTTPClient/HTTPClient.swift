/// Sends HTTP requests with libcurl, all of them on the loop.
///
/// Connections are kept and used again. Redirects are answers like any other, and no proxy is taken from the environment.
/// Cancelling the task that waits ends its transfer. Whoever makes a client closes it.
@LoopActor
package final class HTTPClient {
    /// The longest body that is read into memory where the caller set no limit, in bytes.
    package static let defaultMaximumBody = 16 << 20

    private let configuration: HTTPClientConfiguration
    private var multi: CurlMultiHandle?
    /// Those in libcurl's hands, by their handles' pointers: what holds them while libcurl may call back.
    private var transfers: [UnsafeMutableRawPointer: HTTPTransfer] = [:]
    private var noted: [HTTPTransfer] = []

    package init(configuration: HTTPClientConfiguration = HTTPClientConfiguration()) {
        self.configuration = configuration
        self.multi = CurlMultiHandle(
            idleConnections: configuration.idleConnections,
            connectionsPerHost: configuration.connectionsPerHost
        ) { [unowned self] in
            self.proceed()
        }
    }

    /// Sends `request` and returns the answer with its whole body, which may be up to `maximumBody` bytes long.
    package func send(
        _ request: HTTPRequest,
        maximumBody: Int = HTTPClient.defaultMaximumBody
    ) async throws(HTTPClientError) -> HTTPResponse {
        try await self.run(request, source: .bytes(request.body), to: .response, maximumBody: maximumBody)
    }

    /// Sends `request` and hands the answer over while it comes: first its head, then bytes as they arrive.
    ///
    /// Returns at the end of the body. An answer whose status is not 2xx is not streamed but returned whole. An error
    /// from `onBytes` ends the transfer and is thrown.
    ///
    /// - Parameter maximumBody: of an answer that is returned, in bytes.
    package func stream(
        _ request: HTTPRequest,
        maximumBody: Int = HTTPClient.defaultMaximumBody,
        onHead: @escaping @LoopActor (HTTPResponseHead) -> Void = { _ in },
        onBytes: @escaping @LoopActor ([UInt8]) throws(HTTPClientError) -> Void
    ) async throws(HTTPClientError) -> HTTPResponse {
        try await self.run(
            request,
            source: .bytes(request.body),
            to: .handlers(onHead: onHead, onBytes: onBytes),
            maximumBody: maximumBody
        )
    }

    /// Sends `request` and writes the body of a 2xx answer to the file `path`.
    ///
    /// The file gets its name when it is whole; until then it is beside it with `.part` added, and it is gone after an
    /// error. The body of another answer is returned, and the file is not touched.
    package func download(
        _ request: HTTPRequest,
        to path: String,
        progress: @escaping @LoopActor (HTTPProgress) -> Void = { _ in }
    ) async throws(HTTPClientError) -> HTTPResponse {
        let file = try LocalFile(writing: path + ".part")
        defer { file.remove() }
        var total: Int64?
        var completed: Int64 = 0
        let response = try await self.stream(request) { head in
            total = head.headers["Content-Length"].flatMap { Int64($0) }
        } onBytes: { bytes throws(HTTPClientError) in
            try file.append(bytes)
            completed += Int64(bytes.count)
            progress(HTTPProgress(completed: completed, total: total))
        }
        if response.isSuccess { try file.rename(to: path) }
        return response
    }

    /// Sends `request` with the file `path` as its body.
    package func upload(
        _ request: HTTPRequest,
        from path: String,
        maximumBody: Int = HTTPClient.defaultMaximumBody,
        progress: @escaping @LoopActor (HTTPProgress) -> Void = { _ in }
    ) async throws(HTTPClientError) -> HTTPResponse {
        let file = try LocalFile(reading: path)
        let source = HTTPBodySource.file(file, length: try file.size())
        return try await self.run(request, source: source, to: .response, maximumBody: maximumBody, onSent: progress)
    }

    /// Fails what is in flight with `closed`, and closes every connection.
    package func close() {
        guard let multi = self.multi else { return }
        let transfers = self.transfers.values
        for transfer in transfers { self.end(transfer) }
        self.multi = nil
        multi.close()
        for transfer in transfers { transfer.finish(.failure(Self.closed)) }
    }

    // MARK: One transfer

    private static let closed = HTTPClientError(.closed, "the HTTP client is closed")
    private static let cancelled = HTTPClientError(.cancelled, "the request was cancelled")

    private func run(
        _ request: HTTPRequest,
        source: HTTPBodySource,
        to destination: HTTPTransfer.Destination,
        maximumBody: Int = HTTPClient.defaultMaximumBody,
        onSent: HTTPTransfer.ProgressHandler? = nil
    ) async throws(HTTPClientError) -> HTTPResponse {
        guard let multi = self.multi else { throw Self.closed }
        if Task.isCancelled { throw Self.cancelled }
        // These methods always have a body, if an empty one: servers want to read its length.
        let hasBody = source.length > 0 || [.post, .put, .patch].contains(request.method)
        let handle = try CurlEasyHandle(
            request,
            bodyLength: hasBody ? source.length : nil,
            configuration: self.configuration
        )
        let transfer = HTTPTransfer(
            handle: handle,
            source: hasBody ? source : nil,
            destination: destination,
            maximumBody: maximumBody,
            addresses: self.configuration.addresses,
            onSent: onSent
        ) { [unowned self] in self.noted.append($0) }
        return try await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<HTTPTransfer.Outcome, Never>) in
                // Then the handler may have come already, and found nothing to end.
                if Task.isCancelled { return continuation.resume(returning: .failure(Self.cancelled)) }
                transfer.start(continuation)
                self.transfers[handle.pointer] = transfer
                multi.add(handle)
            }
        } onCancel: {
            LoopActor.later { self.fail(transfer, Self.cancelled) }
        }.get()
    }

    /// Carries on after libcurl did something: delivers what arrived, then ends what is over.
    private func proceed() {
        while !self.noted.isEmpty {
            let noted = self.noted
            self.noted = []
            for transfer in noted { self.deliver(transfer) }
        }
        while let (easy, result) = self.multi?.nextFinished() {
            guard let transfer = self.transfers[easy] else { continue }
            self.end(transfer)
            transfer.finish(result)
        }
    }

    private func deliver(_ transfer: HTTPTransfer) {
        guard self.transfers[transfer.handle.pointer] != nil else { return }  // It ended meanwhile.
        do throws(HTTPClientError) {
            try transfer.deliver()
        } catch {
            self.fail(transfer, error)
        }
    }

    private func fail(_ transfer: HTTPTransfer, _ error: HTTPClientError) {
        guard self.transfers[transfer.handle.pointer] != nil else { return }  // It ended meanwhile.
        self.end(transfer)
        transfer.finish(.failure(error))
    }

    /// Takes `transfer` out of libcurl's hands.
    private func end(_ transfer: HTTPTransfer) {
        self.multi?.remove(transfer.handle)
        self.transfers[transfer.handle.pointer] = nil
    }
}
