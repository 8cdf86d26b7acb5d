package import MaaSCore

/// The body of a request, as a sequence of the pieces it arrives in. It may be gone through once, by one reader.
///
/// What waits here is bounded: beyond the server's `bodyBufferBytes` the client is made to wait. What is held, here or by
/// the reader, counts against the server's ``BodyBudget`` until the request is answered. When that is used up, who takes
/// piece by piece has the client wait, and who gathers is refused.
@LoopActor
package final class WebRequestBody: AsyncSequence {
    package typealias Element = [UInt8]

    /// How many bytes the client announced; `nil` for a chunked body.
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
    private let budget: BodyBudget?
    /// Bytes that wait here, or that the reader keeps.
    private var heldCount = 0
    /// How many of them were taken from the budget.
    private var chargedCount = 0
    private var isDiscarded = false
    /// Tells the connection that bytes were taken, or that the first are wanted.
    var onDemand: () -> Void = {}

    /// A body of a request that has none.
    static var empty: WebRequestBody { WebRequestBody(0, limit: 0) }

    /// - Parameters:
    ///   - announcedCount: bytes; `nil` when the end will show.
    ///   - limit: bytes that may wait here.
    init(_ announcedCount: Int?, limit: Int, budget: BodyBudget? = nil) {
        self.announcedCount = announcedCount
        self.bufferLimit = limit
        self.budget = budget
        if announcedCount == 0 { self.end = .complete }
    }

    /// Whether all of it has arrived.
    var isComplete: Bool {
        if case .complete = self.end { true } else { false }
    }

    /// Whether the client should wait before it sends more.
    var isFull: Bool {
        guard self.end == nil, self.bufferedCount > 0 else { return false }
        return self.bufferedCount >= self.bufferLimit || self.chargedCount > 0 && self.budget?.isUsedUp == true
    }

    func append(_ bytes: [UInt8]) {
        guard self.end == nil, !bytes.isEmpty, !self.isDiscarded else { return }
        self.heldCount += bytes.count
        let more = Swift.max(0, self.heldCount - BodyBudget.allowance) - self.chargedCount
        if let budget = self.budget, more > 0 {
            budget.overdraw(more)
            self.chargedCount += more
        }
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

    /// Counts bytes of the body as held until the request is answered: what ``next()`` gave is not, unless its reader says
    /// so. Throws 503 when the server holds as many as it may.
    package func keep(_ count: Int) throws(WebError) {
        let more = Swift.max(0, self.heldCount + count - BodyBudget.allowance) - self.chargedCount
        if let budget = self.budget, more > 0 {
            guard budget.take(more) else { throw Self.tooMany }
            self.chargedCount += more
        }
        self.heldCount += count
    }

    private static var tooMany: WebError { .unavailable("too many large requests come at once; send it again") }

    /// Throws 503 when what came of a body that is gathered is more than there was room for.
    private func checkBudget() throws(WebError) {
        guard self.chargedCount > 0, let budget = self.budget, budget.used > budget.limit else { return }
        throw Self.tooMany
    }

    private func letGo(_ count: Int) {
        self.heldCount -= count
        let surplus = self.chargedCount - Swift.max(0, self.heldCount - BodyBudget.allowance)
        guard surplus > 0 else { return }
        self.budget?.give(back: surplus)
        self.chargedCount -= surplus
    }

    /// Forgets what is held: the request is answered, there is nobody to be answered, or its handler is to wait for
    /// something else and has read what it needs. What still comes is dropped.
    package func discard() {
        self.isDiscarded = true
        self.chunks = FIFO()
        self.bufferedCount = 0
        self.letGo(self.heldCount)
    }

    // MARK: Reading

    /// The next piece; `nil` at the end. Throws when the client broke off, or the body is malformed.
    package func next() async throws -> [UInt8]? {
        guard let chunk = try await self.take() else { return nil }
        self.letGo(chunk.count)
        return chunk
    }

    /// As ``next()``; the piece goes on being held.
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
                // Two continuations cannot wait in one place.
                guard self.waiter == nil else { throw WebError.internalError }
                await self.waitForMore()
            }
        }
    }

    /// All of it, if all has arrived; nil otherwise. Throws 413 when it has more than `limit` bytes.
    func whole(limit: Int) throws(WebError) -> [UInt8]? {
        try self.checkAnnounced(limit: limit)
        guard self.isComplete else { return nil }
        guard self.bufferedCount <= limit else { throw .contentTooLarge(limit: limit) }
        try self.checkBudget()
        var bytes = self.chunks.popFirst() ?? []
        while let chunk = self.chunks.popFirst() { bytes += chunk }
        self.bufferedCount = 0
        return bytes
    }

    /// All of it; throws 413 when it has more than `limit` bytes.
    package func collect(limit: Int) async throws -> [UInt8] {
        try self.checkAnnounced(limit: limit)
        var bytes: [UInt8] = []
        while let chunk = try await self.take() {
            guard bytes.count + chunk.count <= limit else { throw WebError.contentTooLarge(limit: limit) }
            try self.checkBudget()
            bytes += chunk
        }
        return bytes
    }

    /// Throws 413 when the client announced more than `limit` bytes: then none of them needs to be read.
    package func checkAnnounced(limit: Int) throws(WebError) {
        if let count = self.announcedCount, count > limit { throw .contentTooLarge(limit: limit) }
    }

    private func waitForMore() async {
        self.onDemand()
        await withTaskCancellationHandler {
            if Task.isCancelled { return }
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
