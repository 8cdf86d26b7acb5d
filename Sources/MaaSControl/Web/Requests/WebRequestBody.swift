package import MaaSCore

/// The body of a request, as a sequence of the pieces in which it arrives. It can be read once, by one reader.
///
/// Buffering is bounded: beyond the server's `bodyBufferBytes` reading from the client pauses. Bytes held here or by
/// the reader count against the server's ``RequestBudget`` until the request is answered. When that or the user's share
/// of it is used up, a reader of pieces gets backpressure, and one that collects the whole body gets an error. The
/// request's files have a budget of their own.
@LoopActor
package final class WebRequestBody: AsyncSequence {
    package typealias Element = [UInt8]

    /// The announced length in bytes; nil for a chunked body.
    package let announcedCount: Int?

    private enum End {
        case complete
        case failed(WebError)
    }

    private var chunks = FIFO<[UInt8]>()
    private var bufferedCount = 0
    private var end: End?
    private var waiter: CheckedContinuation<Void, Never>?
    private let bufferLimit: Int
    private var charge: RequestCharge
    private var fileCharge: RequestCharge
    private var isDiscarded = false
    /// Called when bytes were taken, or the first are wanted.
    var onDemand: () -> Void = {}

    /// The body of a request without one.
    static var empty: WebRequestBody { WebRequestBody(0, limit: 0) }

    /// - Parameters:
    ///   - announcedCount: the announced bytes; nil when unknown.
    ///   - limit: the most bytes buffered here.
    init(_ announcedCount: Int?, limit: Int, budgets: RequestBudgets? = nil) {
        self.announcedCount = announcedCount
        self.bufferLimit = limit
        self.charge = RequestCharge(to: budgets?.bodies)
        self.fileCharge = RequestCharge(to: budgets?.files)
        if announcedCount == 0 { self.end = .complete }
    }

    /// Whether all of it has arrived.
    var isComplete: Bool {
        if case .complete = self.end { true } else { false }
    }

    /// Whether reading from the client should pause.
    var isFull: Bool {
        guard self.end == nil, self.bufferedCount > 0 else { return false }
        return self.bufferedCount >= self.bufferLimit || self.charge.hasUsedUpBudget
    }

    func append(_ bytes: [UInt8]) {
        guard self.end == nil, !bytes.isEmpty, !self.isDiscarded else { return }
        self.charge.hold(bytes.count)
        self.bufferedCount += bytes.count
        self.chunks.append(bytes)
        self.waiter.take()?.resume()
    }

    func finish() { self.finish(.complete) }

    func fail(_ error: WebError) { self.finish(.failed(error)) }

    private func finish(_ end: End) {
        guard self.end == nil else { return }
        self.end = end
        self.onDemand = {}
        self.waiter.take()?.resume()
    }

    // MARK: What is held

    /// Counts what is held against the share of this user, who sent the request.
    package func belongs(to user: String) {
        self.charge.assign(to: user)
        self.fileCharge.assign(to: user)
    }

    /// Counts bytes of the body as held until the request is answered; what ``next()`` returns is not counted
    /// otherwise. Throws 503 when that exceeds the server's budget, and 429 when it exceeds the user's share.
    package func keep(_ count: Int) throws(WebError) {
        self.charge.hold(count)
        try self.check(self.charge)
    }

    /// Counts the bytes of an answer that was made for the request's user until it is sent. Throws like ``keep(_:)``.
    func keepAnswer(_ count: Int) throws(WebError) {
        // What is sent to everybody is in memory once.
        if self.charge.isAssigned { try self.keep(count) }
    }

    /// Counts bytes of a ``TemporaryFile`` of this request until the request is answered. Throws like ``keep(_:)``, by
    /// the budget for files.
    func keepInFile(_ count: Int) throws(WebError) {
        self.fileCharge.hold(count)
        try self.check(self.fileCharge)
    }

    /// Throws when the budget or the user's share is overdrawn. What is held is released at once, so that of several
    /// bodies that arrive together no more than necessary are refused.
    private func check(_ charge: RequestCharge) throws(WebError) {
        do throws(WebError) {
            try charge.check()
        } catch {
            self.discard()
            throw error
        }
    }

    /// Drops what is held and what still arrives: the request is answered or abandoned, or its handler has read all it
    /// needs and waits for something else.
    package func discard() {
        self.isDiscarded = true
        self.chunks = FIFO()
        self.bufferedCount = 0
        self.charge.releaseAll()
        self.fileCharge.releaseAll()
    }

    // MARK: Reading

    /// The next piece; nil at the end. Throws when the client disconnected, or the body is malformed.
    package func next() async throws -> [UInt8]? {
        guard let chunk = try await self.take() else { return nil }
        self.charge.release(chunk.count)
        return chunk
    }

    /// Like ``next()``, but the piece still counts as held.
    private func take() async throws -> [UInt8]? {
        while true {
            try Task.checkCancellation()
            if let chunk = self.chunks.popFirst() {
                self.bufferedCount -= chunk.count
                self.onDemand()
                return chunk
            }
            switch self.end {
            case .complete: return nil
            case .failed(let error): throw error
            case nil:
                // Only one reader can wait.
                guard self.waiter == nil else { throw WebError.internalError }
                await self.waitForMore()
            }
        }
    }

    /// The whole body, if it has arrived; nil otherwise. Throws 413 when it exceeds `limit` bytes.
    func whole(limit: Int) throws(WebError) -> [UInt8]? {
        try self.checkAnnounced(limit: limit)
        guard self.isComplete else { return nil }
        guard self.bufferedCount <= limit else { throw .contentTooLarge(limit: limit) }
        try self.check(self.charge)
        var bytes = self.chunks.popFirst() ?? []
        while let chunk = self.chunks.popFirst() { bytes += chunk }
        self.bufferedCount = 0
        return bytes
    }

    /// The whole body; throws 413 when it exceeds `limit` bytes.
    package func collect(limit: Int) async throws -> [UInt8] {
        try self.checkAnnounced(limit: limit)
        var bytes: [UInt8] = []
        while let chunk = try await self.take() {
            guard bytes.count + chunk.count <= limit else { throw WebError.contentTooLarge(limit: limit) }
            try self.check(self.charge)
            bytes += chunk
        }
        return bytes
    }

    /// Throws 413 when the announced length exceeds `limit` bytes, before any of them is read.
    package func checkAnnounced(limit: Int) throws(WebError) {
        if let count = self.announcedCount, count > limit { throw .contentTooLarge(limit: limit) }
    }

    private func waitForMore() async {
        self.onDemand()
        await withTaskCancellationHandler {
            // More may have come before the handler was installed.
            if !self.chunks.isEmpty || self.end != nil || Task.isCancelled { return }
            await withCheckedContinuation { self.waiter = $0 }
        } onCancel: {
            LoopActor.later { self.waiter.take()?.resume() }
        }
    }

    package struct Iterator: AsyncIteratorProtocol {
        fileprivate let body: WebRequestBody

        package mutating func next() async throws -> [UInt8]? { try await self.body.next() }
    }

    package nonisolated func makeAsyncIterator() -> Iterator { Iterator(body: self) }
}
