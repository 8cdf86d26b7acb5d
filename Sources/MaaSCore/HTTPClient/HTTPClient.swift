/// Sends HTTP requests with libcurl on the loop.
///
/// Connections are reused. Redirects are not followed, and proxies from the environment are ignored. Cancelling the
/// waiting task aborts its transfer. The owner must call ``close()``.
@LoopActor
package final class HTTPClient {
    /// The default limit for response bodies in memory, in bytes.
    package static let defaultMaximumBody = 16 << 20

    private let configuration: HTTPClientConfiguration
    private var multi: CurlMultiHandle?
    /// Active transfers by handle pointer, retained while libcurl may call back.
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

    /// Sends `request` and returns the response with its whole body, at most `maximumBody` bytes.
    package func send(
        _ request: HTTPRequest,
        maximumBody: Int = HTTPClient.defaultMaximumBody
    ) async throws(HTTPClientError) -> HTTPResponse {
        try await self.run(request, source: .bytes(request.body), to: .response, maximumBody: maximumBody)
    }

    /// Sends `request` and streams the response: first its head, then bytes as they arrive.
    ///
    /// Returns at the end of the body. A response whose status is not 2xx is not streamed but returned whole. An error
    /// from `onBytes` aborts the transfer and is rethrown.
    ///
    /// - Parameter maximumBody: the limit for a body that is returned, in bytes.
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

    /// Sends `request` and writes the body of a 2xx response to the file `path`.
    ///
    /// The file is written beside it with `.part` appended, and renamed when complete; after an error it is removed.
    /// The body of another response is returned, and the file is not touched.
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

    /// Fails active transfers with `closed`, and closes every connection.
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
        // These methods always have a body, even if empty: servers expect its length.
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
                // The cancellation handler may have run already, before there was a transfer to abort.
                if Task.isCancelled { return continuation.resume(returning: .failure(Self.cancelled)) }
                transfer.start(continuation)
                self.transfers[handle.pointer] = transfer
                multi.add(handle)
            }
        } onCancel: {
            LoopActor.later { self.fail(transfer, Self.cancelled) }
        }.get()
    }

    /// Continues after libcurl was active: delivers received data, then finishes transfers.
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

    /// Removes `transfer` from libcurl.
    private func end(_ transfer: HTTPTransfer) {
        self.multi?.remove(transfer.handle)
        self.transfers[transfer.handle.pointer] = nil
    }
}
