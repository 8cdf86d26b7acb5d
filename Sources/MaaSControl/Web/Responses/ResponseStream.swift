package import MaaSCore

/// A response body that is written while it is sent.
@LoopActor
package final class ResponseStream {
    /// Thrown to the writer when the client has left.
    package struct ClientLeft: Error, Sendable {
        package init() {}
    }

    private enum End {
        case finished
        case failed
        case clientLeft
    }

    private var queue: [UInt8] = []
    /// Bytes at the front of the queue that were sent.
    private var taken = 0
    private var end: End?
    private var waiter: CheckedContinuation<Void, Never>?
    private let onBytes: () -> Void
    private let onAbort: () -> Void
    private let heartbeat: Duration?
    private var lastWrite = ContinuousClock.now

    /// The writer waits while more than this many bytes are queued.
    package nonisolated static let queueLimit = 262_144

    /// - Parameter heartbeat: how long the stream may be silent before an SSE comment is sent.
    init(heartbeat: Duration? = nil, onAbort: @escaping () -> Void = {}, onBytes: @escaping () -> Void) {
        self.heartbeat = heartbeat
        self.onAbort = onAbort
        self.onBytes = onBytes
    }

    /// Sends `bytes`; waits while the client is slow. Throws ``ClientLeft`` when the client has left.
    package func write(_ bytes: [UInt8]) async throws {
        try Task.checkCancellation()
        guard self.end == nil else { throw ClientLeft() }
        self.put(bytes)
        try await self.wait(whileMoreThan: Self.queueLimit)
    }

    /// Waits until the socket has taken everything. Throws ``ClientLeft`` when the client has left.
    package func drain() async throws { try await self.wait(whileMoreThan: 0) }

    /// Closes the connection to a client that stopped reading. Never call this inside a callback of the server.
    package func abort() { self.onAbort() }

    private func wait(whileMoreThan limit: Int) async throws {
        while self.waitingCount > limit, self.end == nil {
            await withCheckedContinuation { self.waiter = $0 }
        }
        if case .clientLeft = self.end { throw ClientLeft() }
    }

    private func put(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        self.lastWrite = .now
        self.queue += bytes
        self.onBytes()
    }

    // MARK: The sending side

    /// Bytes in memory, with those that were sent.
    var heldCount: Int { self.queue.count }

    private var waitingCount: Int { self.queue.count - self.taken }

    var isEmpty: Bool { self.waitingCount == 0 }
    var hasFailed: Bool { if case .failed = self.end { true } else { false } }
    var isAtEnd: Bool { if case .finished = self.end { self.isEmpty } else { false } }

    /// The next bytes, at most `limit`.
    func take(_ limit: Int) -> ArraySlice<UInt8> {
        let bytes = self.queue[self.taken...].prefix(limit)
        self.taken += bytes.count
        // The queue of a client that is slower than the writer never becomes empty.
        if self.isEmpty || self.taken >= Self.queueLimit {
            self.queue = self.isEmpty ? [] : Array(self.queue[self.taken...])
            self.taken = 0
        }
        if self.waitingCount <= Self.queueLimit { self.waiter.take()?.resume() }
        return bytes
    }

    func finish() { self.finish(.finished) }
    func fail() { self.finish(.failed) }
    func clientDidLeave() { self.finish(.clientLeft) }

    private func finish(_ end: End) {
        guard self.end == nil else { return }
        self.end = end
        self.waiter.take()?.resume()
        if case .clientLeft = end { return }
        self.onBytes()
    }

    /// Sends a comment after a long silence, so that neither side considers the connection dead.
    func beat(_ now: ContinuousClock.Instant) {
        guard let heartbeat = self.heartbeat, self.end == nil, now - self.lastWrite >= heartbeat else { return }
        self.put(Array(":\n\n".utf8))
    }
}
